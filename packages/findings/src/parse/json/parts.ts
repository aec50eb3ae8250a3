import { LINE_BYTES_MAX } from '../../limits.js';
import { isBlank, linesOf } from '../lines.js';
import { type Entry, entryOf } from './entry.js';
import { type NotUtf8, type Pick, type Picking, picksOf } from './picks.js';
import type { JsonObject } from './values.js';

/** The layout of a format's files. */
export interface Layout extends Picking {
  /** For a format that also has JSON Lines files: whether an object can be one line of such a file. */
  readonly isLine?: (value: JsonObject) => boolean;
}

export type Part = Pick | NotUtf8 | Entry;

/** How many lines are read to tell JSON Lines from a document; the first one may be broken. */
const LINES_LOOKED_AT = 2;

/**
 * The parts that `layout` picks from a file that is one JSON document or, if the format allows it, one JSON object per line. Blank lines are
 * ignored. Yields the parts of a chunk together. Throws `ImportRefusal` `malformed` and `line_too_long`.
 */
export async function* partsOf(source: AsyncIterable<Uint8Array>, layout: Layout): AsyncGenerator<readonly Part[]> {
  const { isLine } = layout;
  if (!isLine) {
    yield* picksOf(source, layout);
    return;
  }
  const chunks = source[Symbol.asyncIterator]();
  const begin = await beginningOf(chunks);
  const all = joined(begin, chunks);
  if (await isJsonLines(begin, isLine)) {
    for await (const lines of linesOf(all, LINE_BYTES_MAX))
      yield lines.filter(({ bytes }) => !isBlank(bytes)).map(entryOf);
  } else {
    yield* picksOf(all, layout);
  }
}

/** The chunks with the first lines, at most as much as one line may have. */
async function beginningOf(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array[]> {
  const begin: Uint8Array[] = [];
  let sizeBytes = 0;
  let feeds = 0;
  while (sizeBytes <= LINE_BYTES_MAX && feeds < LINES_LOOKED_AT) {
    const { done, value } = await chunks.next();
    if (done) break;
    begin.push(value);
    sizeBytes += value.byteLength;
    feeds += Buffer.from(value).toString('latin1').split('\n').length - 1;
  }
  return begin;
}

async function isJsonLines(begin: readonly Uint8Array[], isLine: (value: JsonObject) => boolean): Promise<boolean> {
  let looked = 0;
  for await (const lines of linesOf(joined(begin), Number.POSITIVE_INFINITY)) {
    for (const line of lines) {
      if (isBlank(line.bytes)) continue;
      const entry = entryOf(line);
      if ('value' in entry) return isLine(entry.value);
      // The first line of a document with line breaks is a lone bracket, or ends within the first object.
      if (/^\s*[[{]?\s*$/.test(line.bytes.toString('latin1'))) return false;
      if (++looked === LINES_LOOKED_AT) return false;
    }
  }
  return false;
}

async function* joined(begin: readonly Uint8Array[], rest?: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* begin;
  for (let next = await rest?.next(); next && !next.done; next = await rest?.next()) yield next.value;
}
