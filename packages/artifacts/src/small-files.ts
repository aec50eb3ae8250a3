import { closeSync, fstatSync, fsyncSync, openSync, readFileSync } from 'node:fs';

/**
 * Up to this size, a file is read and written by the calling thread. It is nearly always in the page cache, so a call takes some 10 µs. An
 * asynchronous call takes several times as much CPU, because it wakes a second thread and is woken by it, and a small file needs four or five of
 * them: a small report's files took an eighth of all its CPU (measured 2026-11). Only a flush waits for the disk; who writes a blob that must be
 * flushed does so in a thread that serves nothing else, as the renderer does.
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
