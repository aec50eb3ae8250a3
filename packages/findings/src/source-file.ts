import { createHash } from 'node:crypto';
import { ImportRefusal } from './import-refusal.js';
import { CHUNK_BYTES_MAX, HEAD_BYTES } from './limits.js';

/** What a file that is no text begins with, and what somebody should do about it. */
const NO_TEXT: readonly (readonly [magic: readonly number[], code: 'compressed' | 'malformed', message: string])[] = [
  [[0x1f, 0x8b], 'compressed', 'The file is compressed with gzip; unpack it and send what is inside.'],
  [[0x50, 0x4b, 0x03, 0x04], 'compressed', 'The file is a zip archive; unpack it and send what is inside.'],
  [[0x42, 0x5a, 0x68], 'compressed', 'The file is compressed with bzip2; unpack it and send what is inside.'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'compressed', 'The file is compressed with xz; unpack it and send what is inside.'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'compressed', 'The file is compressed with zstd; unpack it and send what is inside.'],
  // Windows PowerShell writes redirected output like this.
  [[0xff, 0xfe], 'malformed', 'The file is in UTF-16; save it as UTF-8.'],
  [[0xfe, 0xff], 'malformed', 'The file is in UTF-16; save it as UTF-8.'],
  // A bracket in UTF-16 without a byte order mark.
  [[0x7b, 0x00], 'malformed', 'The file is in UTF-16; save it as UTF-8.'],
  [[0x00, 0x7b], 'malformed', 'The file is in UTF-16; save it as UTF-8.'],
  [[0x5b, 0x00], 'malformed', 'The file is in UTF-16; save it as UTF-8.'],
  [[0x00, 0x5b], 'malformed', 'The file is in UTF-16; save it as UTF-8.'],
];

/**
 * The bytes of a file, in small chunks, read once; afterwards, what they were. Compressed files are refused and not unpacked: how much
 * comes out of them is the sender's to choose. Throws `ImportRefusal`: `compressed`, `malformed` (UTF-16), `too_large`, and
 * `unreadable` when the source itself throws.
 */
export class SourceFile implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #sizeBytesMax: number;
  readonly #hash = createHash('sha256');
  readonly #head: Uint8Array[] = [];
  #sizeBytes = 0;

  constructor(source: AsyncIterable<Uint8Array>, sizeBytesMax: number) {
    this.#source = source;
    this.#sizeBytesMax = sizeBytesMax;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let begin: Uint8Array[] | undefined = [];
    for await (const chunk of whole(this.#source)) {
      this.#take(chunk);
      begin?.push(chunk);
      if (begin && this.#sizeBytes < MAGIC_BYTES_MAX) continue;
      yield* textOf(begin ? Buffer.concat(begin) : chunk, begin !== undefined);
      begin = undefined;
    }
    if (begin) yield* textOf(Buffer.concat(begin), true);
  }

  /** Of what was read. */
  sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  /** The first bytes, as text. */
  head(): string {
    return Buffer.concat(this.#head).toString('utf8');
  }

  #take(chunk: Uint8Array): void {
    const headBytes = Math.min(this.#sizeBytes, HEAD_BYTES);
    if (headBytes < HEAD_BYTES) this.#head.push(Uint8Array.from(chunk.subarray(0, HEAD_BYTES - headBytes)));
    this.#sizeBytes += chunk.byteLength;
    if (this.#sizeBytes > this.#sizeBytesMax) {
      throw new ImportRefusal('too_large', `The file is larger than ${this.#sizeBytesMax} bytes; split the scan.`, {
        fileBytesMax: this.#sizeBytesMax,
      });
    }
    this.#hash.update(chunk);
  }
}

const MAGIC_BYTES_MAX = Math.max(...NO_TEXT.map(([magic]) => magic.length));

function* textOf(bytes: Uint8Array, isBegin: boolean): Generator<Uint8Array> {
  const packed = isBegin && NO_TEXT.find(([magic]) => magic.every((byte, index) => bytes[index] === byte));
  if (packed) throw new ImportRefusal(packed[1], packed[2]);
  for (let start = 0; start < bytes.byteLength; start += CHUNK_BYTES_MAX)
    yield bytes.subarray(start, start + CHUNK_BYTES_MAX);
}

async function* whole(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (cause) {
    const message = 'The file could not be read to its end; send it again, nothing was recorded.';
    throw new ImportRefusal('unreadable', message, { cause: String(cause) });
  }
}
