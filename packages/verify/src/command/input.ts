import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { bytesOfFile, type FileBytes, FileReadError } from '../pdf-file/file-bytes.js';
import { fileSays } from '../sentences/command.js';

/** The command line, or a file named on it, cannot be used. The message says what to do. */
export class Unusable extends Error {}

/** Keys, authorities, attestations and time-stamps take some kilobytes. */
export const SMALL_FILE_MAX_BYTES = 4 * 1024 * 1024;

/** Reads a file of at most `maxBytes`. Throws `Unusable`. */
export function readInput(path: string, maxBytes: number): Promise<Buffer> {
  return withFile(path, async (file, { size }) => {
    if (size > maxBytes) throw new Unusable(fileSays.tooLarge(path, size, maxBytes));
    try {
      return await file.readFile();
    } catch (cause) {
      throw unreadable(path, cause as Error);
    }
  });
}

/**
 * Passes the bytes of an open file to `use`. They take no memory, even for a large file, and are read several times, so a file
 * that changes in the meantime is refused. Throws `Unusable`.
 */
export function readWhereItLies<T>(path: string, use: (bytes: FileBytes) => Promise<T>): Promise<T> {
  return withFile(path, async (file, opened) => {
    try {
      const used = await use(bytesOfFile(file.fd, Number(opened.size)));
      if (isSameContent(opened, await statOf(file))) return used;
    } catch (cause) {
      if (!(cause instanceof FileReadError)) throw cause;
      throw unreadable(path, cause);
    }
    throw new Unusable(fileSays.changing(path));
  });
}

/** Refuses a pipe or a device: it may never begin or never end. */
async function withFile<T>(path: string, use: (file: FileHandle, about: FileState) => Promise<T>): Promise<T> {
  // Non-blocking, because opening a named pipe waits for a writer. Windows has neither this flag nor such pipes.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch((cause) => {
    throw unreadable(path, cause);
  });
  try {
    const about = await statOf(file);
    if (about.isDirectory()) throw new Unusable(fileSays.folder(path));
    if (!about.isFile()) throw new Unusable(fileSays.notAFile(path));
    return await use(file, about);
  } finally {
    await file.close();
  }
}

type FileState = Awaited<ReturnType<typeof statOf>>;

const statOf = (file: FileHandle) => file.stat({ bigint: true });

const isSameContent = (one: FileState, other: FileState): boolean =>
  one.size === other.size && one.mtimeNs === other.mtimeNs && one.ctimeNs === other.ctimeNs;

const unreadable = (path: string, cause: NodeJS.ErrnoException): Unusable =>
  new Unusable(fileSays.unreadable(path, fileSays.reasons[cause.code ?? ''] ?? cause.message), { cause });

/** As `readInput`, for text: UTF-8, or the UTF-16 that `>` writes in PowerShell, with or without the mark that says so. */
export async function readTextInput(path: string): Promise<string> {
  const bytes = await readInput(path, SMALL_FILE_MAX_BYTES);
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}
