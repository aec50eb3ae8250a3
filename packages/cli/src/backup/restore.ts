import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure, usageFailure } from '../failure.js';
import { checkBackup } from './check.js';
import { copyWhole, filesBelow, sizeOfFile } from './files.js';
import { ARTIFACTS_FOLDER, EVENTS_FILE, type Manifest, manifestIn } from './manifest.js';
import { OWN_KEYS_FOLDER } from './own-keys.js';
import { logFileIn, secretsIn } from './take.js';

const OWNER_ONLY = 0o700;

export interface Restored {
  readonly manifest: Manifest;
  readonly artifactsCopied: number;
  readonly keyFiles: number;
  /** Where the signing keys are that were not in the data folder of the backed-up system. */
  readonly ownKeys?: string;
  /** Where the previous log is now. */
  readonly before?: string;
  /** What was missing from the backup itself. */
  readonly missing: readonly string[];
}

/**
 * Restores a backup to the data folder of a stopped system. An existing log is moved aside, if `replace` allows it; views are removed, because
 * they are rebuilt from the log. Throws `CommandFailure` before anything is changed when the backup's log is damaged or of a newer release, or
 * when the data folder already has a log or other keys.
 */
export async function restoreBackup(
  dataDir: string,
  folder: string,
  { keys, replace }: { readonly keys: string | undefined; readonly replace: boolean },
  now: Date,
): Promise<Restored> {
  const manifest = await manifestIn(folder);
  const { missing } = await checkBackup(folder, keys);
  const wrong = missing.find((sentence) => sentence.startsWith('The log') || sentence.startsWith('The event log'));
  if (wrong) throw new CommandFailure(`Nothing was restored. ${wrong} Use another backup.`);
  const isThere = (await sizeOfFile(logFileIn(dataDir))) !== undefined;
  if (manifest.events && isThere && !replace)
    throw usageFailure(`${dataDir} already has an event log: add --replace to move it aside, or set DATA_DIR.`);
  if (keys !== undefined) await refuseOtherKeys(dataDir, keys, replace);
  await mkdir(dataDir, { recursive: true, mode: OWNER_ONLY });
  const before = manifest.events && isThere ? await moveAside(dataDir, now) : undefined;
  if (manifest.events) await copyWhole(join(folder, EVENTS_FILE), logFileIn(dataDir));
  await rm(join(dataDir, 'views'), { recursive: true, force: true });
  const artifactsCopied = await copyOver(join(folder, ARTIFACTS_FOLDER), join(dataDir, 'artifacts'));
  const keyPaths = keys === undefined ? [] : await secretsIn(keys);
  for (const path of keyPaths) await copyWhole(join(keys ?? '', path), join(dataDir, path));
  const hasOwnKeys = keyPaths.some((path) => path.startsWith(`${OWN_KEYS_FOLDER}/`));
  return {
    ...{ manifest, artifactsCopied, keyFiles: keyPaths.length, missing },
    ...(before && { before }),
    ...(hasOwnKeys && { ownKeys: join(dataDir, OWN_KEYS_FOLDER) }),
  };
}

/** Overwriting the existing keys would leave what they signed without its key. */
async function refuseOtherKeys(dataDir: string, keys: string, replace: boolean): Promise<void> {
  for (const path of await secretsIn(keys)) {
    if (replace || (await sizeOfFile(join(dataDir, path))) === undefined) continue;
    throw usageFailure(
      `${join(dataDir, path)} already exists: add --replace to overwrite it with the one in the backup.`,
    );
  }
}

async function moveAside(dataDir: string, now: Date): Promise<string> {
  const aside = join(dataDir, `events.before-${now.toISOString().replaceAll(/[:.]/g, '-')}`);
  await rename(join(dataDir, 'events'), aside);
  return aside;
}

/** Also replaces an existing file of a different size, because the backup was checked and the data folder was not. */
async function copyOver(from: string, to: string): Promise<number> {
  let copied = 0;
  for (const path of await filesBelow(from)) {
    if ((await sizeOfFile(join(from, path))) === (await sizeOfFile(join(to, path)))) continue;
    await copyWhole(join(from, path), join(to, path));
    copied += 1;
  }
  return copied;
}
