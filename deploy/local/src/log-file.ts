import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** One old file is kept, so a log never takes more than twice this on disk. */
const LOG_FILE_MAX_BYTES = 10 * 1024 * 1024;

/**
 * Appends lines to a file, and renames it to `<path>.1` when it has grown too large. Never throws: a full disk must not end the process that
 * writes the log. Lines that could not be written are counted, and the count is the first line once there is space again.
 */
export class LogFile {
  #file: number | undefined;
  #sizeBytes = 0;
  #lost = 0;
  /** The last write ended in the middle of a line. */
  #torn = false;

  constructor(readonly path: string) {}

  write(line: string): void {
    try {
      const file = this.#open();
      const before = `${this.#torn ? '\n' : ''}${this.#lost > 0 ? `${this.#lost} lines could not be written here.\n` : ''}`;
      this.#append(file, `${before}${line}\n`);
      this.#lost = 0;
    } catch {
      this.#lost += 1;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    if (this.#file !== undefined && this.#sizeBytes >= LOG_FILE_MAX_BYTES) this.#setAside();
    if (this.#file !== undefined) return this.#file;
    mkdirSync(dirname(this.path), { recursive: true });
    const file = openSync(this.path, 'a');
    this.#sizeBytes = fstatSync(file).size;
    this.#file = file;
    return file;
  }

  /** When the disk fills up, the beginning of a text is still written; only the next write fails. */
  #append(file: number, text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) {
      const written = writeSync(file, bytes, at);
      at += written;
      this.#sizeBytes += written;
      this.#torn = at < bytes.length;
    }
  }

  #setAside(): void {
    this.close();
    renameSync(this.path, `${this.path}.1`);
  }
}
