import { createHash } from 'node:crypto';
import { ImportRefusal } from '../import-refusal.js';
import { CHUNK_BYTES_MAX, HEAD_BYTES } from '../limits.js';

/** APPNOTE.TXT §4.3.7, the header of a first entry. */
const ZIP = [0x50, 0x4b, 0x03, 0x04];

/** What a file that is no text begins with, and what somebody should do about it. */
const NO_TEXT: readonly (readonly [magic: readonly number[], code: 'compressed' | 'malformed', message: string])[] = [
  [[0x1f, 0x8b], 'compressed', 'The file is compressed with gzip. Decompress it and send the content.'],
  [[0x50, 0x4b, 0x05, 0x06], 'malformed', 'The file is an empty zip archive. Export the scan again.'],
  [ZIP, 'compressed', 'The file is a zip archive. Extract it and send the content.'],
  [[0x42, 0x5a, 0x68], 'compressed', 'The file is compressed with bzip2. Decompress it and send the content.'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'compressed', 'The file is compressed with xz. Decompress it and send the content.'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'compressed', 'The file is compressed with zstd. Decompress it and send the content.'],
  // Windows PowerShell writes redirected output like this.
  [[0xff, 0xfe], 'malformed', 'The file is encoded in UTF-16. Save it as UTF-8.'],
  [[0xfe, 0xff], 'malformed', 'The file is encoded in UTF-16. Save it as UTF-8.'],
  // A bracket in UTF-16 without a byte order mark.
  [[0x7b, 0x00], 'malformed', 'The file is encoded in UTF-16. Save it as UTF-8.'],
  [[0x00, 0x7b], 'malformed', 'The file is encoded in UTF-16. Save it as UTF-8.'],
  [[0x5b, 0x00], 'malformed', 'The file is encoded in UTF-16. Save it as UTF-8.'],
  [[0x00, 0x5b], 'malformed', 'The file is encoded in UTF-16. Save it as UTF-8.'],
];

/**
 * The bytes of a file, in small chunks, read once; afterwards, what they were. Throws `ImportRefusal` `too_large`, and `unreadable` when
 * the source itself throws. Dispose of one that was not read to its end, so that its source is closed.
 */
export class SourceFile implements AsyncIterable<Uint8Array>, AsyncDisposable {
  readonly #chunks: AsyncGenerator<Uint8Array>;
  readonly #sizeBytesMax: number;
  readonly #hash = createHash('sha256');
  #begin: Uint8Array[] = [];
  #sizeBytes = 0;

  constructor(source: AsyncIterable<Uint8Array>, sizeBytesMax: number) {
    this.#chunks = whole(source);
    this.#sizeBytesMax = sizeBytesMax;
  }

  /** The first `HEAD_BYTES`, or all of a shorter file. They are read again with the rest. */
  async head(): Promise<Uint8Array> {
    while (this.#sizeBytes < HEAD_BYTES) {
      const { done, value } = await this.#chunks.next();
      if (done) break;
      this.#take(value);
      this.#begin.push(value);
    }
    return Buffer.concat(this.#begin).subarray(0, HEAD_BYTES);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let chunk = this.#begin.shift(); chunk; chunk = this.#begin.shift()) yield* pieces(chunk);
    for await (const chunk of this.#chunks) {
      this.#take(chunk);
      yield* pieces(chunk);
    }
  }

  /** Of what was read. */
  sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return(undefined);
  }

  #take(chunk: Uint8Array): void {
    this.#sizeBytes += chunk.byteLength;
    if (this.#sizeBytes > this.#sizeBytesMax) {
      throw new ImportRefusal(
        'too_large',
        `The file exceeds the limit of ${this.#sizeBytesMax} bytes. Split the scan.`,
        {
          fileBytesMax: this.#sizeBytesMax,
        },
      );
    }
    this.#hash.update(chunk);
  }
}

/** The first entry of what Office programs write (ECMA-376 part 2, OPC); its name begins after 30 bytes of header. */
const OFFICE = /^(?:\[Content_Types\]\.xml|_rels\/|docProps\/|word\/|xl\/|ppt\/)/;
const ENTRY_HEADER_BYTES = 30;

/**
 * Refuses a document of an Office program, which is a zip archive too. Throws `ImportRefusal` `not_this_format`.
 */
export function assertNotOffice(head: Uint8Array): void {
  if (!isZip(head) || !OFFICE.test(Buffer.from(head.subarray(ENTRY_HEADER_BYTES)).toString('latin1'))) return;
  const message = 'The file is an Office document (Word, Excel or PowerPoint). Send the file that the scanner wrote.';
  throw new ImportRefusal('not_this_format', message);
}

/**
 * Refuses a file that begins as no text does: compressed files are not unpacked, as how much comes out of them is the sender's to choose.
 * Throws `ImportRefusal`: `compressed`, `malformed` (UTF-16).
 */
export function assertText(head: Uint8Array): void {
  const packed = NO_TEXT.find(([magic]) => beginsWith(head, magic));
  if (packed) throw new ImportRefusal(packed[1], packed[2]);
}

export const isZip = (head: Uint8Array): boolean => beginsWith(head, ZIP);

const beginsWith = (head: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, index) => head[index] === byte);

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += CHUNK_BYTES_MAX)
    yield bytes.subarray(start, start + CHUNK_BYTES_MAX);
}

async function* whole(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (cause) {
    const message = 'The file could not be read to the end. Nothing was recorded. Send it again.';
    throw new ImportRefusal('unreadable', message, { cause: String(cause) });
  }
}
