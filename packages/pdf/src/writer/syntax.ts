/** The spellings of PDF values (ISO 32000-1, 7.3). */

/** The number of an indirect object; its generation is always 0. */
export type Ref = number;

export const reference = (ref: Ref): string => `${ref} 0 R`;

export const references = (refs: readonly Ref[]): string => `[${refs.map(reference).join(' ')}]`;

/** Hundredths of a point: below what a printer resolves, and the same digits on every machine. */
export function number(value: number): string {
  const hundredths = Math.round(value * 100);
  return hundredths < 0 ? `-${decimal(-hundredths)}` : decimal(hundredths);
}

/** Whole numbers are written several times quicker than fractions, and a page has thousands. */
const decimal = (hundredths: number): string => `${Math.floor(hundredths / 100)}${FRACTIONS[hundredths % 100]}`;

const FRACTIONS = Array.from({ length: 100 }, (_, i) =>
  i === 0 ? '' : `.${String(i).padStart(2, '0').replace(/0$/, '')}`,
);

/** `#14365C` as three numbers from 0 to 1, as the colour operators take them. */
export function rgb(colour: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  return channels.map((channel) => String(Math.round(channel * 1000) / 1000)).join(' ');
}

/** Two bytes of a literal string (ISO 32000-1, 7.3.4.2), latin1: brackets, backslashes and line ends are escaped. */
export const glyphCode = (glyph: number): string =>
  String.fromCharCode(glyph >> 8, glyph & 0xff).replace(/[()\\\r\n]/g, (byte) => ESCAPES[byte] ?? `\\${byte}`);

const ESCAPES: Readonly<Record<string, string>> = { '\r': '\\r', '\n': '\\n' };
