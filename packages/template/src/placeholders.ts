/** A text, cut at its placeholders: what stands there, and the paths whose values stand there. */
export type TextPart = string | { readonly path: string };

const PLACEHOLDER = /\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\s*\}\}/;

/** Literal parts and paths in turn; a literal part with braces left in it is no text of a template. */
export const partsOf = (text: string): TextPart[] =>
  text
    .split(PLACEHOLDER)
    .map((part, i) => (i % 2 === 0 ? part : { path: part }))
    .filter((part) => part !== '');

/** Whether braces were left over that open or close no placeholder. */
export const isUnclear = (part: TextPart): boolean => typeof part === 'string' && /\{\{|\}\}/.test(part);
