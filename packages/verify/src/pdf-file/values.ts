/** Text strings and dates (ISO 32000-1 §7.9), as they are written into a PDF and read from one. */

/** A text string (§7.9.2): ASCII as a literal, anything else as UTF-16 with a byte order mark. A lone surrogate becomes U+FFFD. */
export function textString(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return `(${text.replace(/[\\()]/g, '\\$&')})`;
  return `<FEFF${utf16Hex(text.toWellFormed())}>`;
}

/** UTF-16 big-endian, in upper-case hex. */
export function utf16Hex(text: string): string {
  let hex = '';
  for (let i = 0; i < text.length; i++) hex += text.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0');
  return hex;
}

/** A date (§7.9.4) in UTC, to the second. */
export const dateString = (at: Date): string => `(D:${at.toISOString().slice(0, 19).replace(/[-:T]/g, '')}+00'00')`;

/** A date in UTC, with the spellings of UTC that other writers use; undefined for anything else. */
export function readDateString(text: string): Date | undefined {
  const digits = /^\(D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|\+00'00'?)\)/.exec(text);
  if (digits === null) return undefined;
  const [, year, month, day, hour, minute, second] = digits;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
