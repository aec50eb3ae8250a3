import { createHash } from 'node:crypto';
import { ImportRefusal } from '../import-refusal.js';
import { CHUNK_BYTES_MAX, HEAD_BYTES } from '../limits.js';
import { fileSays } from '../sentences/files.js';

/** The header of a zip's first entry (APPNOTE.TXT §4.3.7). */
const ZIP = [0x50, 0x4b, 0x03, 0x04];

/** How files that are not text begin, and how they are refused. */
const NO_TEXT: readonly (readonly [magic: readonly number[], code: 'compressed' | 'malformed', message: string])[] = [
  [[0x1f, 0x8b], 'compressed', fileSays.gzip],
  [[0x50, 0x4b, 0x05, 0x06], 'malformed', fileSays.emptyZip],
  [ZIP, 'compressed', fileSays.zip],
  [[0x42, 0x5a, 0x68], 'compressed', fileSays.bzip2],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'compressed', fileSays.xz],
  [[0x28, 0xb5, 0x2f, 0xfd], 'compressed', fileSays.zstd],
  // Windows PowerShell writes redirected output like this.
  [[0xff, 0xfe], 'malformed', fileSays.utf16],
  [[0xfe, 0xff], 'malformed', fileSays.utf16],
  // A bracket in UTF-16 without a byte order mark.
  [[0x7b, 0x00], 'malformed', fileSays.utf16],
  [[0x00, 0x7b], 'malformed', fileSays.utf16],
  [[0x5b, 0x00], 'malformed', fileSays.utf16],
  [[0x00, 0x5b], 'malformed', fileSays.utf16],
];

/**
 * The bytes of a file, in small chunks, read once, and their digest afterwards. Throws `ImportRefusal`: `too_large`; `unreadable` if the
 * source throws. Dispose of it if it was not read to its end, so that its source is closed.
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

  /** The first `HEAD_BYTES`, or all of a shorter file. Reading the file yields them again. */
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

  /** The digest of the bytes that were read. */
  sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return(undefined);
  }

  #take(chunk: Uint8Array): void {
    this.#sizeBytes += chunk.byteLength;
    if (this.#sizeBytes > this.#sizeBytesMax) {
      const fileBytesMax = this.#sizeBytesMax;
      throw new ImportRefusal('too_large', fileSays.tooLarge(fileBytesMax), { fileBytesMax });
    }
    this.#hash.update(chunk);
  }
}

/** The first entry of a document of an Office program (ECMA-376 part 2, OPC). Its name begins after 30 bytes of header. */
const OFFICE = /^(?:\[Content_Types\]\.xml|_rels\/|docProps\/|word\/|xl\/|ppt\/)/;
const ENTRY_HEADER_BYTES = 30;

/**
 * Refuses a document of an Office program, which is a zip archive too. Throws `ImportRefusal` `not_this_format`.
 */
export function assertNotOffice(head: Uint8Array): void {
  if (!isZip(head) || !OFFICE.test(Buffer.from(head.subarray(ENTRY_HEADER_BYTES)).toString('latin1'))) return;
  throw new ImportRefusal('not_this_format', fileSays.office);
}

/**
 * Refuses a file that is not text. Compressed files are not unpacked, because the sender decides how much they expand to. Throws
 * `ImportRefusal`: `compressed`, `malformed` (UTF-16).
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
    throw new ImportRefusal('unreadable', fileSays.unreadable, { cause: String(cause) });
  }
}
