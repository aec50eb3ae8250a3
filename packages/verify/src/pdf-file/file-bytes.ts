import { createHash, type Hash } from 'node:crypto';
import { readSync } from 'node:fs';

/** The bytes of a file, in memory or on disk. A `Buffer` is one; offsets work as in its methods. */
export interface FileBytes {
  readonly length: number;
  at(index: number): number | undefined;
  subarray(start?: number, end?: number): FileBytes;
  toString(encoding: 'latin1', start?: number, end?: number): string;
  indexOf(text: string, from?: number): number;
  lastIndexOf(text: string, from?: number): number;
}

/** A file cannot be read to its end. */
export class FileReadError extends Error {
  override readonly name = 'FileReadError';
}

const PIECE_BYTES = 1024 * 1024;

/** The bytes of an open file, read in place. Reading them throws `FileReadError`. */
export const bytesOfFile = (fd: number, length: number): FileBytes => new PartOfFile(fd, 0, length);

/** The pieces of `bytes`, in order, each in memory of its own. */
export function* piecesOf(bytes: FileBytes): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    yield bufferOf(bytes.subarray(start, start + PIECE_BYTES));
  }
}

/** Every index of `text`, in order; reads the bytes once. */
export function* placesOf(bytes: FileBytes, text: string): Generator<number> {
  for (let start = 0; start + text.length <= bytes.length; start += PIECE_BYTES) {
    const window = bufferOf(bytes.subarray(start, start + PIECE_BYTES + text.length - 1));
    for (let at = window.indexOf(text, 0, 'latin1'); at !== -1; at = window.indexOf(text, at + 1, 'latin1')) {
      yield start + at;
    }
  }
}

/** All of `bytes` in memory: for parts of a file. */
export const bufferOf = (bytes: FileBytes): Buffer =>
  bytes instanceof PartOfFile
    ? bytes.read()
    : Buffer.from((bytes as Buffer).buffer, (bytes as Buffer).byteOffset, bytes.length);

/** `bytes` added to a digest. */
export function hashed(hash: Hash, bytes: FileBytes): Hash {
  if (!(bytes instanceof PartOfFile)) return hash.update(bufferOf(bytes));
  for (const piece of bytes.windows()) hash.update(piece);
  return hash;
}

/** SHA-256, in lower-case hex. */
export const sha256OfFile = (bytes: FileBytes): string => hashed(createHash('sha256'), bytes).digest('hex');

class PartOfFile implements FileBytes {
  constructor(
    private readonly fd: number,
    private readonly start: number,
    readonly length: number,
  ) {}

  at(index: number): number | undefined {
    const [start, end] = this.#range(index, index + 1 || this.length);
    return start < end ? this.#read(start, end)[0] : undefined;
  }

  subarray(from?: number, to?: number): PartOfFile {
    const [start, end] = this.#range(from, to);
    return new PartOfFile(this.fd, this.start + start, end - start);
  }

  toString(encoding: 'latin1', from?: number, to?: number): string {
    return this.#read(...this.#range(from, to)).toString(encoding);
  }

  read(): Buffer {
    return this.#read(0, this.length);
  }

  /** The pieces in turn, in the same memory: otherwise a large file would produce as much garbage as its size. */
  *windows(): Generator<Buffer> {
    const window = Buffer.allocUnsafe(PIECE_BYTES);
    for (let start = 0; start < this.length; start += PIECE_BYTES) {
      yield this.#fill(window.subarray(0, Math.min(PIECE_BYTES, this.length - start)), start);
    }
  }

  /** Searches in windows that overlap by less than `text`, so that each place is found once. */
  indexOf(text: string, from = 0): number {
    const window = Buffer.allocUnsafe(PIECE_BYTES + text.length - 1);
    for (let start = Math.max(0, from); start + text.length <= this.length; start += PIECE_BYTES) {
      const at = this.#fill(window.subarray(0, this.length - start), start).indexOf(text, 0, 'latin1');
      if (at !== -1) return start + at;
    }
    return -1;
  }

  lastIndexOf(text: string, from = this.length): number {
    const window = Buffer.allocUnsafe(PIECE_BYTES + text.length - 1);
    for (let last = Math.min(from, this.length - text.length); last >= 0; last -= PIECE_BYTES) {
      const start = Math.max(0, last - PIECE_BYTES + 1);
      const read = this.#fill(window.subarray(0, last + text.length - start), start);
      const at = read.lastIndexOf(text, undefined, 'latin1');
      if (at !== -1) return start + at;
    }
    return -1;
  }

  /** As `Buffer.subarray` understands offsets: negative ones count from the end, and what lies outside is cut off. */
  #range(from = 0, to = this.length): [start: number, end: number] {
    const within = (at: number) => Math.min(Math.max(0, at < 0 ? this.length + at : at), this.length);
    return [within(from), Math.max(within(from), within(to))];
  }

  #read(start: number, end: number): Buffer {
    return this.#fill(Buffer.allocUnsafe(end - start), start);
  }

  /** Reads as many bytes from `start` on as the buffer takes. */
  #fill(buffer: Buffer, start: number): Buffer {
    for (let filled = 0; filled < buffer.length; ) {
      const count = this.#readAt(buffer, filled, start + filled);
      if (count === 0) throw new FileReadError('it became shorter while it was read');
      filled += count;
    }
    return buffer;
  }

  #readAt(buffer: Buffer, filled: number, at: number): number {
    try {
      return readSync(this.fd, buffer, filled, buffer.length - filled, this.start + at);
    } catch (cause) {
      throw new FileReadError((cause as Error).message, { cause });
    }
  }
}
