import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StartFailure } from './failure.js';

/**
 * Creates a folder and its parents, one at a time: where nothing can be created, as below /proc, Node's own `recursive` never returns
 * (24.21.0).
 *
 * @throws StartFailure `data_dir_not_writable`
 */
export async function makeDataFolder(path: string): Promise<void> {
  try {
    await make(path);
    await access(path, constants.W_OK);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    const message = `The data folder ${path} is not writable (${reason}): set DATA_DIR to a folder that is.`;
    throw new StartFailure('data_dir_not_writable', message, { path, reason });
  }
}

async function make(path: string): Promise<void> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (there) return;
  await make(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    // Another start was faster.
    if (error.code !== 'EEXIST') throw error;
  });
}
