import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, constants, readFile, rename, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** A program is stored as `<path>`, and the SHA-256 that it had when it was fetched, in lower-case hex, as `<path>.sha256`. */
const recordOf = (path: string): string => `${path}.sha256`;

/** Moves a program that was just fetched and checked to `path`, and records its hash. Both are replaced atomically. */
export async function keepProgram(fetched: string, path: string): Promise<void> {
  await chmod(fetched, 0o500);
  const record = recordOf(fetched);
  await writeFile(record, `${await sha256OfFile(fetched)}\n`, { mode: 0o400 });
  await rename(fetched, path);
  await rename(record, recordOf(path));
}

/**
 * - `kept`: it is what was fetched.
 * - `absent`: there is no program, or no recorded hash, as for programs fetched before hashes were recorded.
 * - `changed`: it is not what was fetched.
 */
export async function programIn(path: string): Promise<'kept' | 'absent' | 'changed'> {
  const recorded = await readFile(recordOf(path), 'utf8').catch(() => undefined);
  const isProgram = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isProgram || recorded === undefined) return 'absent';
  return (await sha256OfFile(path)) === recorded.trim() ? 'kept' : 'changed';
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
