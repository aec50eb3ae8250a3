import { putCanonical } from './canonical-json.js';
import { Utf8Pieces } from './utf8-pieces.js';

/** Our longest line is a scan with all its probes. */
const LINE_BYTES_MAX = 64 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** Each value as canonical JSON (RFC 8785) and a line feed, in pieces of many lines. Throws `CanonicalJsonError`, and whatever `values` throws. */
export function* jsonLinesOf(values: Iterable<unknown>): Generator<Uint8Array> {
  const pieces = new Utf8Pieces();
  const put = (text: string) => pieces.put(text);
  for (const value of values) {
    putCanonical(value, put);
    put('\n');
    if (pieces.hasFull) yield* pieces.takeFull();
  }
  yield* pieces.takeAll();
}

/**
 * The values of the lines that end in each chunk: one wait for many lines, because waiting for each takes as long as checking it. Throws `SyntaxError`
 * for a line that is not JSON, is longer than 64 MiB, or has no line feed. An error that `chunks` throws at its end, such as a wrong digest, comes
 * first, because then these are not the bytes that were stored.
 */
export async function* valuesOfLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly unknown[]> {
  let problem: unknown;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  for await (const chunk of chunks) {
    if (problem !== undefined) continue;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const values: unknown[] = [];
    let start = 0;
    try {
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
        const piece = bytes.subarray(start, end);
        const line = waiting.length === 0 ? piece : Buffer.concat([...waiting, piece]);
        [waiting, waitingBytes, start] = [[], 0, end + 1];
        values.push(JSON.parse(line.toString('utf8')));
      }
    } catch (error) {
      problem = error;
    }
    if (values.length > 0) yield values;
    if (start === bytes.length || problem !== undefined) continue;
    // A copy, because the source may reuse the memory of its chunks.
    waiting.push(Buffer.from(bytes.subarray(start)));
    waitingBytes += bytes.length - start;
    if (waitingBytes > LINE_BYTES_MAX) problem = new SyntaxError(`A line has more than ${LINE_BYTES_MAX} bytes.`);
  }
  if (problem !== undefined) throw problem;
  if (waitingBytes > 0) throw new SyntaxError('The last line does not end.');
}
