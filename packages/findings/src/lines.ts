import type { Hash } from 'node:crypto';
import { ImportRefusal } from './import-refusal.js';

/** A line without its line feed. `number` counts from 1. */
export interface SourceLine {
  readonly number: number;
  readonly bytes: Uint8Array;
}

export interface LineLimits {
  readonly lineBytesMax: number;
  readonly fileBytesMax: number;
}

const LINE_FEED = 0x0a;

/**
 * The lines of a source, which is read once, as it comes; `hash` takes in every byte. A last line without a line feed counts, an empty
 * rest does not. Throws `ImportRefusal`: `line_too_long`, `too_large`, and `unreadable` when the source itself throws.
 */
export async function* linesOf(
  source: AsyncIterable<Uint8Array>,
  limits: LineLimits,
  hash: Hash,
): AsyncGenerator<SourceLine> {
  const { lineBytesMax, fileBytesMax } = limits;
  let number = 1;
  let sizeBytes = 0;
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  for await (const chunk of readable(source)) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > fileBytesMax)
      throw new ImportRefusal('too_large', `The file is larger than ${fileBytesMax} bytes; split the scan.`, {
        fileBytesMax,
      });
    hash.update(chunk);
    for (let start = 0; start < chunk.byteLength; ) {
      const feed = chunk.indexOf(LINE_FEED, start);
      const end = feed < 0 ? chunk.byteLength : feed;
      restBytes += end - start;
      if (restBytes > lineBytesMax) {
        throw new ImportRefusal('line_too_long', `Line ${number} is longer than ${lineBytesMax} bytes.`, {
          line: number,
          lineBytesMax,
        });
      }
      rest.push(chunk.subarray(start, end));
      if (feed >= 0) {
        yield { number: number++, bytes: Buffer.concat(rest, restBytes) };
        rest = [];
        restBytes = 0;
      }
      start = end + 1;
    }
  }
  if (restBytes > 0) yield { number, bytes: Buffer.concat(rest, restBytes) };
}

async function* readable(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (cause) {
    throw new ImportRefusal(
      'unreadable',
      'The file could not be read to its end; send it again, nothing was recorded.',
      {
        cause: String(cause),
      },
    );
  }
}
