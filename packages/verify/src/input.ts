import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** The command line, or a file named on it, cannot be used. The message says what to do. */
export class Unusable extends Error {}

/** The whole file is held in memory; larger ones than the artifact store takes cannot be ours. */
export const FILE_MAX_BYTES = 1024 * 1024 * 1024;

/** Keys, authorities, attestations and time-stamps take some kilobytes. */
export const SMALL_FILE_MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads a file of at most `maxBytes`. A pipe or device is refused: it may have no end, or never begin. Throws `Unusable`.
 */
export async function readInput(path: string, maxBytes: number): Promise<Buffer> {
  // Without waiting: a named pipe would wait for somebody to write to it. Windows has no such flag, and no such pipes.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    (cause: NodeJS.ErrnoException) => {
      throw new Unusable(`${path} cannot be read: ${REASONS[cause.code ?? ''] ?? cause.message}.`, { cause });
    },
  );
  try {
    const about = await file.stat();
    if (about.isDirectory()) throw new Unusable(`${path} is a folder: name the file in it.`);
    if (!about.isFile()) throw new Unusable(`${path} is no file but a pipe or a device: save it to a file first.`);
    if (about.size > maxBytes)
      throw new Unusable(`${path} has ${about.size} bytes; at most ${maxBytes} are read here.`);
    return await file.readFile();
  } catch (cause) {
    if (cause instanceof Unusable) throw cause;
    throw new Unusable(`${path} cannot be read: ${(cause as Error).message}.`, { cause });
  } finally {
    await file.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'you may not read it',
};

/** As `readInput`, for text: UTF-8, or the UTF-16 that `>` writes in PowerShell, with or without the mark that says so. */
export async function readTextInput(path: string): Promise<string> {
  const bytes = await readInput(path, SMALL_FILE_MAX_BYTES);
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}
