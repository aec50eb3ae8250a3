import { closeSync, fstatSync, fsyncSync, openSync, readFileSync } from 'node:fs';

/**
 * Up to this size, a file is read and written by the calling thread, because it is nearly always in the page cache. An asynchronous call wakes
 * another thread and is woken by it, and a small file needs four or five such calls: the threads of libuv's pool took a tenth of a small report's
 * CPU, its flushes and signature included (measured 2026-11). Only a flush waits for the disk: write a blob that must be flushed in a thread that
 * serves nothing else, as the renderer does.
 */
export const SMALL_BYTES_MAX = 256 * 1024;

/** The file's content; undefined if it is not small. Throws as `openSync`. */
export function readSmall(path: string): Uint8Array | undefined {
  const file = openSync(path, 'r');
  try {
    return fstatSync(file).size > SMALL_BYTES_MAX ? undefined : readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the names in the folder durable. */
export function flushFolder(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
