// Fixed formats: nothing here may ask the machine for its locale or time zone.

/** 12345 → `12,345`. */
export const count = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** The contracts’ null: the imported file does not say. */
export const countOrUnknown = (n: number | null): string => (n === null ? 'unknown' : count(n));

/** In a table: a number, or a dash for none. */
export const figure = (n: number): string => (n === 0 ? '–' : count(n));

/** `1 finding`, `2 findings`. */
export const counted = (n: number, singular: string, plural = `${singular}s`): string =>
  `${count(n)} ${n === 1 ? singular : plural}`;

/** RFC 3339 in UTC → `2026-05-22 10:35:00 UTC`. */
export const instant = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

export const day = (at: string): string => at.slice(0, 10);

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** `severity_not_included` → `Severity not included`. */
export const sentence = (slug: string): string => {
  const words = slug.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** At most so many UTF-16 code units of a text, where it is printed in full elsewhere. */
export const shortened = (words: string, most: number): string =>
  words.length <= most ? words : `${words.slice(0, most).trimEnd()} …`;

export const withoutStop = (words: string): string => words.replace(/\.+$/, '');
