import { createHash, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ByteSource, ScratchFile, WriteOptions } from './port.js';
import { openScratch } from './scratch-file.js';
import { SMALL_BYTES_MAX } from './small-files.js';
import { isMissing, refuseTooLarge, useFolder } from './trouble.js';

export const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Buffers that are kept for the next blobs, because memory of this size comes from the kernel, page by page. */
const SPARE_BUFFERS_MAX = 4;
const spareBuffers: Buffer[] = [];

/** A draft without writes for this long belongs to a process that was killed, because no source may take that long. */
const DRAFT_MAX_IDLE_MS = 60 * 60 * 1000;

/** A blob that is completely written, but does not have its name yet. */
export interface Draft {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The files that are being written. They have their own folder, so that leftovers of a killed process are found with one listing. */
export class Drafts {
  constructor(private readonly folder: string) {}

  /**
   * Writes the source to a draft and passes it to `keep`, which renames it. If anything fails, the draft is removed. Errors of the source pass
   * through unchanged; a fault of the disk is `unavailable`.
   */
  async write(source: ByteSource, options: WriteOptions, keep: (draft: Draft) => Promise<void>): Promise<Draft> {
    const path = this.#newPath();
    try {
      const draft = { path, ...(await this.#fill(path, source, options)) };
      await useFolder(() => keep(draft));
      return draft;
    } catch (error) {
      // If the folder is gone, so is the draft. The error to report is the one that ended the write.
      await rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /** A file that has no name here once this resolves. */
  scratch(): Promise<ScratchFile> {
    return useFolder(() => inFolder(this.folder, () => openScratch(this.#newPath(), FILE_MODE)));
  }

  /** Removes the drafts of killed processes. */
  async sweep(now: Date): Promise<void> {
    for (const name of await namesIn(this.folder)) {
      const path = join(this.folder, name);
      const writtenAt = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        (error: unknown) => {
          if (isMissing(error)) return undefined;
          throw error;
        },
      );
      if (writtenAt === undefined || now.getTime() - writtenAt < DRAFT_MAX_IDLE_MS) continue;
      await rm(path, { force: true });
    }
  }

  /** Random, because several processes may write the same blob at once. */
  #newPath(): string {
    return join(this.folder, `${randomUUID()}.draft`);
  }

  async #fill(path: string, source: ByteSource, options: WriteOptions): Promise<{ sha256: string; sizeBytes: number }> {
    await using sink = new HashingSink(path, options);
    for await (const chunk of source) await sink.take(chunk);
    return await sink.end();
  }
}

/**
 * Gathers chunks of any size into writes of one size, and computes the digest on the way. A small blob becomes one write by this thread (see
 * `SMALL_BYTES_MAX`); for a larger one, the file is opened when the buffer is full for the first time, and each buffer is written by another thread
 * while the source fills the next one.
 */
class HashingSink implements AsyncDisposable {
  readonly #hash = createHash('sha256');
  #buffer = newBuffer();
  #filled = 0;
  #sizeBytes = 0;
  #file: FileHandle | undefined;
  /** The last write, and what it writes from. */
  #writing: { readonly buffer: Buffer; readonly done: Promise<void> } | undefined;

  constructor(
    private readonly path: string,
    private readonly options: WriteOptions,
  ) {}

  async take(chunk: Uint8Array): Promise<void> {
    this.#sizeBytes += chunk.length;
    refuseTooLarge(this.#sizeBytes);
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + this.#buffer.length - this.#filled);
      this.#buffer.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled < this.#buffer.length) continue;
      await this.#flush();
    }
  }

  async end(): Promise<{ sha256: string; sizeBytes: number }> {
    if (this.#writing) await this.#endFile();
    else await this.#writeSmall();
    return { sha256: this.#hash.digest('hex'), sizeBytes: this.#sizeBytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const written = await this.#written().catch(() => undefined);
    await useFolder(() => this.#file?.close());
    for (const buffer of [this.#buffer, written])
      if (buffer && spareBuffers.length < SPARE_BUFFERS_MAX) spareBuffers.push(buffer);
  }

  async #flush(): Promise<void> {
    const bytes = this.#take();
    const next = (await this.#written()) ?? newBuffer();
    const done = useFolder(() => this.#write(bytes));
    // Whoever waits for it next reports the error.
    done.catch(() => undefined);
    this.#writing = { buffer: this.#buffer, done };
    this.#buffer = next;
  }

  /** Resolves when the last write is done, with its buffer. */
  async #written(): Promise<Buffer | undefined> {
    await this.#writing?.done;
    return this.#writing?.buffer;
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#file ??= await inFolder(dirname(this.path), () => open(this.path, 'wx', FILE_MODE));
    // Not `write`, which may write only a part.
    await this.#file.writeFile(bytes);
  }

  async #endFile(): Promise<void> {
    await this.#flush();
    await this.#written();
    if (!this.options.canBeRemade) await useFolder(() => this.#file?.sync());
  }

  async #writeSmall(): Promise<void> {
    const bytes = this.#take();
    const how = { flag: 'wx', mode: FILE_MODE, flush: !this.options.canBeRemade };
    await useFolder(() => inFolder(dirname(this.path), () => writeFileSync(this.path, bytes, how)));
  }

  #take(): Buffer {
    const bytes = this.#buffer.subarray(0, this.#filled);
    this.#hash.update(bytes);
    this.#filled = 0;
    return bytes;
  }
}

const newBuffer = (): Buffer => spareBuffers.pop() ?? Buffer.allocUnsafeSlow(SMALL_BYTES_MAX);

/** Runs `use` on a folder that nearly always exists, and creates the folder if it does not. */
export async function inFolder<T>(folder: string, use: () => T | Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    return use();
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
