import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** One old file is kept, so a process never holds more than twice this on disk. */
const LOG_FILE_MAX_BYTES = 10 * 1024 * 1024;

/** Appends lines to a file and sets it aside as `<path>.1` when it has grown too large. */
export class LogFile {
  #file: number;
  #sizeBytes: number;

  constructor(readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, 'a');
    this.#sizeBytes = fstatSync(this.#file).size;
  }

  write(line: string): void {
    if (this.#sizeBytes >= LOG_FILE_MAX_BYTES) this.#setAside();
    this.#sizeBytes += writeSync(this.#file, `${line}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }

  #setAside(): void {
    closeSync(this.#file);
    renameSync(this.path, `${this.path}.1`);
    this.#file = openSync(this.path, 'a');
    this.#sizeBytes = 0;
  }
}
