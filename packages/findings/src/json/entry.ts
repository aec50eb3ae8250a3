import type { SourceLine } from '../lines.js';
import { isObject, type JsonObject } from './values.js';

/** What a line of a JSON Lines file holds, or why it is of no use. */
export type Entry =
  | { readonly line: number; readonly value: JsonObject }
  | { readonly line: number; readonly problem: 'not_utf8' | 'not_json' | 'not_an_object' };

export function entryOf({ number: line, bytes }: SourceLine): Entry {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { line, problem: 'not_utf8' };
  }
  const value = parsed(text) ?? (NUMBER_OF_PYTHON.test(text) ? parsed(withoutNumbersOfPython(text)) : undefined);
  if (value === undefined) return { line, problem: 'not_json' };
  return isObject(value) ? { line, value } : { line, problem: 'not_an_object' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What Python writes for numbers that JSON (RFC 8259 §6) does not have. */
const NUMBER_OF_PYTHON = /\b(?:NaN|Infinity)\b/;
/** The same, and what tells where strings begin and end. */
const NUMBER_OR_QUOTE = /\\.|"|-?\b(?:NaN|Infinity)\b/gs;

/** Nothing is known of a score that is no number: it becomes null. */
function withoutNumbersOfPython(text: string): string {
  let isInString = false;
  return text.replace(NUMBER_OR_QUOTE, (found) => {
    if (found === '"') isInString = !isInString;
    return isInString || found === '"' || found.startsWith('\\') ? found : 'null';
  });
}
