import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { ByteSource } from '@evidence/artifacts';
import type { ExportPart } from '@evidence/contracts';
import type { FileBytes } from '@evidence/verify';

const BLOCK_BYTES = 512;
/** Eleven octal digits, all that the format has room for. */
const MEMBER_MAX_BYTES = 0o77777777777;
const NAME_MAX_BYTES = 100;
const END = Buffer.alloc(2 * BLOCK_BYTES);

/** The file is not a tar as it is written here. */
export class TarError extends Error {
  override readonly name = 'TarError';
}

/** The header of POSIX.1-1988 ustar. There is one for a name and a length: no time, owner or mode of a machine is in it. */
function headerOf(path: string, sizeBytes: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(path, 0, NAME_MAX_BYTES, 'ascii');
  header.write(`${octal(0o644, 7)}${octal(0, 7)}${octal(0, 7)}${octal(sizeBytes, 11)}${octal(0, 11)}`, 100, 'ascii');
  header.write(' '.repeat(8), 148, 'ascii');
  header.write('0', 156, 'ascii');
  header.write('ustar\x0000', 257, 'ascii');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)} `, 148, 'ascii');
  return header;
}

const paddingOf = (sizeBytes: number): number => (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;

/** Where a member would begin, and how many there are before it. */
interface Mark {
  readonly at: number;
  readonly parts: number;
}

/** Writes members one after the other, streaming each from its source: the header is written last, when the length is known. */
export class TarWriter {
  readonly parts: ExportPart[] = [];
  #at = 0;

  constructor(private readonly file: FileHandle) {}

  mark(): Mark {
    return { at: this.#at, parts: this.parts.length };
  }

  /** Removes everything added since, also a member that was added in part. */
  rewind({ at, parts }: Mark): void {
    this.#at = at;
    this.parts.length = parts;
  }

  /** Throws whatever the source throws; the caller must then rewind. Throws `TarError` for a member that is too large. */
  async add(path: string, source: ByteSource): Promise<ExportPart> {
    const headerAt = this.#at;
    const hash = createHash('sha256');
    let sizeBytes = 0;
    this.#at += BLOCK_BYTES;
    for await (const chunk of source) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > MEMBER_MAX_BYTES) throw new TarError(`${path} is larger than ${MEMBER_MAX_BYTES} bytes`);
      hash.update(chunk);
      await this.#write(chunk);
    }
    await this.#write(Buffer.alloc(paddingOf(sizeBytes)));
    await this.file.write(headerOf(path, sizeBytes), 0, BLOCK_BYTES, headerAt);
    const part = { path, sha256: hash.digest('hex'), sizeBytes };
    this.parts.push(part);
    return part;
  }

  /** On the disk when this resolves. */
  async finish(): Promise<void> {
    await this.#write(END);
    await this.file.truncate(this.#at);
    await this.file.sync();
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let done = 0; done < chunk.byteLength; ) {
      const { bytesWritten } = await this.file.write(chunk, done, chunk.byteLength - done, this.#at);
      done += bytesWritten;
      this.#at += bytesWritten;
    }
  }
}

/**
 * The members by their paths, in order. Every byte outside their content must be the one that `TarWriter` writes: header, padding and end, with
 * nothing after it. Only names that `isAllowed` are accepted, each once. Throws `TarError`.
 */
export function readTar(
  bytes: FileBytes,
  isAllowed: (path: string) => boolean,
  membersMax: number,
): ReadonlyMap<string, FileBytes> {
  const members = new Map<string, FileBytes>();
  let at = 0;
  for (;;) {
    const header = bufferAt(bytes, at, BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) break;
    const path = header.toString('latin1', 0, NAME_MAX_BYTES).replace(/\0+$/, '');
    const sizeBytes = Number.parseInt(header.toString('latin1', 124, 135), 8);
    if (!isAllowed(path)) throw new TarError('it has a file name that no export has');
    if (!(sizeBytes >= 0) || !headerOf(path, sizeBytes).equals(header))
      throw new TarError(`the header of ${path} is not as an export has it`);
    if (members.has(path)) throw new TarError(`it has ${path} twice`);
    if (members.size >= membersMax) throw new TarError(`it has more than ${membersMax} files`);
    const start = at + BLOCK_BYTES;
    const end = start + sizeBytes;
    at = end + paddingOf(sizeBytes);
    if (at > bytes.length) throw new TarError(`it ends in the middle of ${path}`);
    if (bufferAt(bytes, end, at - end).some((byte) => byte !== 0))
      throw new TarError(`unexpected bytes follow ${path}`);
    members.set(path, bytes.subarray(start, end));
  }
  if (bytes.length !== at + END.length || !bufferAt(bytes, at, END.length).equals(END))
    throw new TarError('its end is malformed, or bytes follow it');
  return members;
}

function bufferAt(bytes: FileBytes, at: number, length: number): Buffer {
  if (at + length > bytes.length) throw new TarError('it is truncated');
  return wholeOf(bytes.subarray(at, at + length));
}

/** All bytes in memory: for small parts. */
export const wholeOf = (bytes: FileBytes): Buffer => Buffer.from(bytes.toString('latin1'), 'latin1');

const PIECE_BYTES = 256 * 1024;

export async function* piecesOf(bytes: FileBytes): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield wholeOf(bytes.subarray(at, at + PIECE_BYTES));
}

export async function sha256Of(bytes: FileBytes): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of piecesOf(bytes)) hash.update(piece);
  return hash.digest('hex');
}
