import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportRefusal } from '../import-refusal.js';
import { FINDINGS_MAX } from '../limits.js';
import { LongList } from '../long-list.js';
import { tooManySays } from '../sentences/files.js';
import { linesOf } from './lines.js';

/** How much is held in memory before anything goes to a file: enough for the findings of a usual scan. In bytes of JSON. */
const HELD_BYTES_MAX = 4 * 1024 * 1024;
/** So much is held as text before it becomes bytes, which the garbage collector need not copy. In UTF-16 code units. */
const TEXT_CHARS_MAX = 64 * 1024;

const READ_BYTES = 64 * 1024;

/**
 * A list of JSON values that may be long: beyond a few MiB it continues in a temporary file. `ScanRecorded` is the first event of its stream
 * and its totals are known only at the end of the file, so the findings have to wait somewhere. The source is read once, and only what was
 * taken from each row waits; reading the source twice would need a copy of all of it and parse it twice. Write first, then read, as often
 * as needed.
 */
export class Spool<T> extends LongList<T> {
  #text = '';
  #held: Buffer[] = [];
  #heldBytes = 0;
  #file: FileHandle | undefined;
  #length = 0;

  constructor(private readonly lengthMax = FINDINGS_MAX) {
    super();
  }

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length >= this.lengthMax;
  }

  /** Throws `ImportRefusal` `too_many_results`. */
  async add(item: T): Promise<void> {
    this.push(item);
    await this.written();
  }

  /** As `add`, but holds the item in memory until `written` is called: for many at a time. */
  push(item: T): void {
    if (this.isFull) {
      throw new ImportRefusal('too_many_results', tooManySays.findings(this.lengthMax), {
        findingsMax: this.lengthMax,
      });
    }
    this.#text += `${JSON.stringify(item)}\n`;
    if (this.#text.length > TEXT_CHARS_MAX) this.#hold();
    this.#length++;
  }

  /** Resolves when no more than a few MiB are in memory. */
  async written(): Promise<void> {
    if (this.#heldBytes <= HELD_BYTES_MAX) return;
    this.#file ??= await openUnlinked();
    await this.#file.writeFile(Buffer.concat(this.#held));
    this.#held = [];
    this.#heldBytes = 0;
  }

  async *parts(): AsyncGenerator<readonly T[]> {
    this.#hold();
    for (const bytes of [this.#file ? bytesOf(this.#file) : [], this.#held])
      for await (const lines of linesOf(bytes, Number.POSITIVE_INFINITY))
        yield lines.map((line) => JSON.parse(line.bytes.toString('utf8')) as T);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#text = '';
    this.#held = [];
  }

  #hold(): void {
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    this.#held.push(bytes);
    this.#heldBytes += bytes.byteLength;
  }
}

/** Not as a stream, because one that is left early closes the file, which is read again after a lost race. */
async function* bytesOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let at = 0; ; ) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The values of another list as `of` makes them, made once: the first reading keeps them, in place of the other list, for all later ones. */
export class Made<S, T> extends LongList<T> {
  readonly #of: (value: S) => T;
  readonly #source: LongList<S>;
  #made: Spool<T> | undefined;

  constructor(source: LongList<S>, of: (value: S) => T) {
    super();
    this.#source = source;
    this.#of = of;
  }

  get length(): number {
    return (this.#made ?? this.#source).length;
  }

  async *parts(): AsyncGenerator<readonly T[]> {
    if (this.#made) return yield* this.#made.parts();
    const made = new Spool<T>(this.length);
    let fits = true;
    try {
      for await (const part of this.#source.parts()) {
        const values = part.map(this.#of);
        if (fits) fits = await isKept(values, made);
        yield values;
      }
      if (!fits) return;
      this.#made = made;
      await this.#source[Symbol.asyncDispose]();
    } finally {
      if (this.#made !== made) await made[Symbol.asyncDispose]();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#made?.[Symbol.asyncDispose]();
    await this.#source[Symbol.asyncDispose]();
  }
}

/** False if the disk has no room: keeping values only saves time, so those kept so far are dropped, and each reading makes them again. */
async function isKept<T>(values: readonly T[], made: Spool<T>): Promise<boolean> {
  for (const value of values) made.push(value);
  try {
    await made.written();
    return true;
  } catch {
    await made[Symbol.asyncDispose]();
    return false;
  }
}

/** Calls `use` with a spool, which is disposed of if `use` throws. */
export async function spooling<T, R>(use: (spool: Spool<T>) => Promise<R>, lengthMax?: number): Promise<R> {
  const spool = new Spool<T>(lengthMax);
  try {
    return await use(spool);
  } catch (error) {
    await spool[Symbol.asyncDispose]();
    throw error;
  }
}

/** A file that only this process can reach and that disappears with it, however it ends, because it holds parts of a customer's scan. */
export async function openUnlinked(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-import-'));
  try {
    return await open(join(folder, 'spooled'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true });
  }
}
