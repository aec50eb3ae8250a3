import { createRequire } from 'node:module';
import { type Font, openSync } from 'fontkit';
import type { TFontDictionary } from 'pdfmake/interfaces.js';

export type FontFamily = 'sans' | 'mono';

// IBM Plex (SIL Open Font License 1.1): wide Latin, Greek and Cyrillic, an unambiguous mono, whole TTF files per face.
// pdfmake's own Roboto has no mono; @fontsource cuts each face into a file per script.
const require = createRequire(import.meta.url);
const face = (family: string, weight: string, file: string) =>
  require.resolve(`@expo-google-fonts/${family}/${weight}/${file}_${weight}.ttf`);

const sans = {
  normal: face('ibm-plex-sans', '400Regular', 'IBMPlexSans'),
  bold: face('ibm-plex-sans', '600SemiBold', 'IBMPlexSans'),
  italics: face('ibm-plex-sans', '400Regular_Italic', 'IBMPlexSans'),
  bolditalics: face('ibm-plex-sans', '600SemiBold_Italic', 'IBMPlexSans'),
};
const mono = {
  normal: face('source-code-pro', '400Regular', 'SourceCodePro'),
  bold: face('source-code-pro', '600SemiBold', 'SourceCodePro'),
  italics: face('source-code-pro', '400Regular_Italic', 'SourceCodePro'),
  bolditalics: face('source-code-pro', '600SemiBold_Italic', 'SourceCodePro'),
};

/** The faces by family, as pdfmake takes them: paths of font files. */
export const fonts = { sans, mono } satisfies TFontDictionary;

export const fontFiles: ReadonlySet<string> = new Set([...Object.values(sans), ...Object.values(mono)]);

const coverage: Record<FontFamily, ReadonlySet<number>> = { sans: coveredBy(sans), mono: coveredBy(mono) };

/** Whether every face of the family has a glyph for the code point. */
export const hasGlyph = (family: FontFamily, codePoint: number): boolean => coverage[family].has(codePoint);

function coveredBy(faces: Readonly<Record<string, string>>): ReadonlySet<number> {
  const [first = [], ...others] = Object.values(faces).map((file) => open(file).characterSet);
  const inOthers = others.map((codePoints) => new Set(codePoints));
  return new Set(first.filter((codePoint) => inOthers.every((codePoints) => codePoints.has(codePoint))));
}

function open(file: string): Font {
  const opened = openSync(file);
  if (opened.type !== 'TTF') throw new Error(`${file} is a ${opened.type}, not a single TrueType font`);
  return opened;
}
