/** All that is one space on a line. */
export const LINE_SPACE = /[\s\u0085]+/gu;

/**
 * Controls, format characters (bidirectional overrides, zero-width), private use, lone surrogates: they show nothing, or
 * reorder. Noncharacters: XML 1.0, and so XMP, forbids two of them.
 */
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}]/u;

/** How a character that cannot be shown is written: `[U+1F6A8]`. Its style says that no text of a report spells it out. */
export const escaped = (codePoint: number): string => `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
