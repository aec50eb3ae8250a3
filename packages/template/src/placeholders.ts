/** A text, split at its placeholders into literal parts and paths. */
export type TextPart = string | { readonly path: string };

const PLACEHOLDER = /\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\s*\}\}/;

/** Literal parts and paths alternate. A literal part with braces left in it is not valid in a template. */
export const partsOf = (text: string): TextPart[] =>
  text
    .split(PLACEHOLDER)
    .map((part, i) => (i % 2 === 0 ? part : { path: part }))
    .filter((part) => part !== '');

/** Whether braces are left that do not belong to a placeholder. */
export const isUnclear = (part: TextPart): boolean => typeof part === 'string' && /\{\{|\}\}/.test(part);
