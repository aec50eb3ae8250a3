import { ImportRefusal } from '../import-refusal.js';
import { fileSays } from '../sentences/files.js';

/** A line without its line feed. `number` counts from 1. */
export interface SourceLine {
  readonly number: number;
  readonly bytes: Buffer;
}

const LINE_FEED = 0x0a;

/**
 * The lines of a source, which is read once, as a stream. Yields the lines that end in the same chunk together; most are views of it, so the source
 * must not reuse its memory. Empty lines are left out, because a file may have a billion of them. A last line without a line feed counts. Throws
 * `ImportRefusal` `line_too_long`.
 */
export async function* linesOf(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  lineBytesMax: number,
): AsyncGenerator<readonly SourceLine[]> {
  let number = 1;
  let rest: Uint8Array[] = [];
  let restBytes = 0;
  for await (const chunk of source) {
    const lines: SourceLine[] = [];
    for (let start = 0; start < chunk.byteLength; ) {
      const feed = chunk.indexOf(LINE_FEED, start);
      const end = feed < 0 ? chunk.byteLength : feed;
      restBytes += end - start;
      if (restBytes > lineBytesMax) {
        const message = fileSays.lineTooLong(number, lineBytesMax);
        throw new ImportRefusal('line_too_long', message, { line: number, lineBytesMax });
      }
      rest.push(chunk.subarray(start, end));
      if (feed >= 0) {
        if (restBytes > 0) lines.push({ number, bytes: joined(rest, restBytes) });
        number++;
        rest = [];
        restBytes = 0;
      }
      start = end + 1;
    }
    if (lines.length > 0) yield lines;
  }
  if (restBytes > 0) yield [{ number, bytes: joined(rest, restBytes) }];
}

/** Most lines are in one chunk and are not copied. */
function joined(pieces: readonly Uint8Array[], sizeBytes: number): Buffer {
  const [first, ...others] = pieces;
  if (!first || others.length > 0) return Buffer.concat(pieces, sizeBytes);
  return Buffer.from(first.buffer, first.byteOffset, first.byteLength);
}

export const isBlank = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
