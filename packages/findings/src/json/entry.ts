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
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { line, value } : { line, problem: 'not_an_object' };
  } catch {
    return { line, problem: 'not_json' };
  }
}
