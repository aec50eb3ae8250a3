import { DOCUMENT_CHARS_MAX } from '../limits.js';
import type { SourceLine } from '../lines.js';

export type JsonObject = { readonly [member: string]: unknown };

/** An entry of a garak file, or why a line is none. */
export type Entry =
  | { readonly line: number; readonly value: JsonObject }
  | { readonly line: number; readonly problem: 'not_utf8' | 'not_json' | 'not_an_object' };

/**
 * The entries of a report or hitlog, one a line; or the one entry of a digest that somebody laid out over many lines. Blank lines are
 * nothing. A file whose first line is no JSON is held, up to `DOCUMENT_CHARS_MAX`, until it is clear which of the two it is.
 */
export async function* entriesOf(lines: AsyncIterable<SourceLine>): AsyncGenerator<Entry> {
  let held: SourceLine[] | undefined = [];
  let heldBytes = 0;
  for await (const line of lines) {
    if (isBlank(line.bytes)) continue;
    if (held === undefined || (held.length === 0 && 'value' in entryOf(line))) {
      held = undefined;
      yield entryOf(line);
      continue;
    }
    held.push(line);
    heldBytes += line.bytes.byteLength;
    if (heldBytes > DOCUMENT_CHARS_MAX) {
      yield* held.map(entryOf);
      held = undefined;
    }
  }
  if (!held?.[0]) return;
  const whole = entryOf({ number: held[0].number, bytes: Buffer.concat(held.map(({ bytes }) => bytes)) });
  if ('value' in whole) yield whole;
  else yield* held.map(entryOf);
}

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);

function entryOf({ number: line, bytes }: SourceLine): Entry {
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

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** A whole number from 0 on; undefined for anything else. */
export const countOf = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
