import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FileLock, tryLock } from '../file-lock.js';

/** Instances of one service over one folder. */
const INSTANCES_MAX = 64;

/** Where one instance of a service keeps its views. */
export interface ViewFolder extends FileLock {
  readonly path: string;
}

/**
 * Takes the first of the folders `<root>/<name>`, `<root>/<name>-2`, … that no other process has, and makes it if it is missing. A view has one
 * writer, and two instances would each apply every event. The folder is free again when the process ends, however it ends, so that the next
 * instance goes on with the views in it. Throws what the file system says, and `RangeError` when all are taken.
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
