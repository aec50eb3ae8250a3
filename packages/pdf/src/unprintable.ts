/** Everything that is shown as one space. */
export const LINE_SPACE = /[\s\u0085]+/gu;

/**
 * Controls, format characters (bidirectional overrides, zero-width), private use, lone surrogates: they are invisible or
 * reorder text. Noncharacters: XML 1.0, and so XMP, forbids two of them.
 */
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}]/u;

/** The escape of a character that cannot be shown: `[U+1F6A8]`. Its style distinguishes it from text of a report that spells it out. */
export const escaped = (codePoint: number): string => `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
