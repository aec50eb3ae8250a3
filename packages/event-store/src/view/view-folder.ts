import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FileLock, tryLock } from '../file-lock.js';

/** The most instances of one service that may share a root folder. */
const INSTANCES_MAX = 64;

/** Where one instance of a service keeps its views. */
export interface ViewFolder extends FileLock {
  readonly path: string;
}

/**
 * Takes the first of the folders `<root>/<name>`, `<root>/<name>-2`, … that no other process holds, and creates it if it is missing. Each instance
 * needs its own, because a view has one writer and every instance applies every event. The folder is released when the process ends, however it ends,
 * and the next instance continues with its views. Throws file system errors, and `RangeError` when all are taken.
 */
export function takeViewFolder(root: string, name: string): ViewFolder {
  for (let instance = 1; instance <= INSTANCES_MAX; instance++) {
    const path = join(root, instance === 1 ? name : `${name}-${instance}`);
    mkdirSync(path, { recursive: true });
    const lock = tryLock(join(path, 'instance'));
    if (lock) return { path, ...lock };
  }
  throw new RangeError(
    `${INSTANCES_MAX} instances of ${name} have their views in ${root}: set VIEWS_DIR to another folder.`,
  );
}
