import { DEPTH_MAX } from '../../limits.js';
import { lineSays } from '../../sentences/rows.js';
import type { SourceLine } from '../lines.js';
import { isObject, type JsonObject } from './values.js';

/** Why a line of a JSON Lines file cannot be used, with a sentence about it. */
export const LINE_PROBLEMS = {
  not_utf8: lineSays.notUtf8,
  not_json: lineSays.notJson,
  not_an_object: lineSays.notAnObject,
  nested_too_deep: lineSays.tooDeep(DEPTH_MAX),
} as const;

/** The contents of a line of a JSON Lines file, or why it cannot be used. */
export type Entry =
  | { readonly line: number; readonly value: JsonObject }
  | { readonly line: number; readonly problem: keyof typeof LINE_PROBLEMS };

const strictly = new TextDecoder('utf-8', { fatal: true });

export function entryOf({ number: line, bytes }: SourceLine): Entry {
  // Code that walks the value later must not overflow the stack.
  if (isTooDeep(bytes)) return { line, problem: 'nested_too_deep' };
  let text: string;
  try {
    text = strictly.decode(bytes);
  } catch {
    return { line, problem: 'not_utf8' };
  }
  const value = parsed(text) ?? (NUMBER_OF_PYTHON.test(text) ? parsed(withoutNumbersOfPython(text)) : undefined);
  if (value === undefined) return { line, problem: 'not_json' };
  return isObject(value) ? { line, value } : { line, problem: 'not_an_object' };
}

/** Counts the brackets outside strings, whether or not the line is valid JSON. */
function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < bytes.byteLength; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) isInString = !isInString;
    else if (isInString) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === BRACKET || byte === BRACE) {
      depth++;
      if (depth > DEPTH_MAX) return true;
    } else if (byte === CLOSING_BRACKET || byte === CLOSING_BRACE) depth--;
  }
  return false;
}

const [QUOTE, BACKSLASH, BRACKET, CLOSING_BRACKET, BRACE, CLOSING_BRACE] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Numbers that Python writes and JSON (RFC 8259 §6) does not have. */
const NUMBER_OF_PYTHON = /\b(?:NaN|Infinity)\b/;
/** The same, and the characters that tell where strings begin and end. */
const NUMBER_OR_QUOTE = /\\.|"|-?\b(?:NaN|Infinity)\b/gs;

/** Replaces them by null, because a score that is not a number is unknown. */
function withoutNumbersOfPython(text: string): string {
  let isInString = false;
  return text.replace(NUMBER_OR_QUOTE, (found) => {
    if (found === '"') isInString = !isInString;
    return isInString || found === '"' || found.startsWith('\\') ? found : 'null';
  });
}
