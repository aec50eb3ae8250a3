import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { copyLogFile, openLogFile } from '@evidence/event-store/engine';
import { CommandFailure, usageFailure } from '../failure.js';
import { copyWhole, filesBelow, sha256OfFile, sizeOfFile } from './files.js';
import {
  ARTIFACTS_FOLDER,
  BACKUP_FORMAT,
  EVENTS_FILE,
  type Manifest,
  readManifest,
  writeManifest,
} from './manifest.js';
import type { KeyFile } from './own-keys.js';

const OWNER_ONLY = 0o700;
/** What is rebuilt, belongs to a run, or is backed up on its own. Everything else in a data folder is keys and secrets. */
const NO_SECRETS: readonly string[] = ['events', 'artifacts', 'views', 'nats', 'logs', 'run', 'demo', 'cache'];

export const logFileIn = (dataDir: string): string => join(dataDir, 'events', 'events.sqlite');

export interface Taken {
  readonly manifest: Manifest;
  /** Artifacts that the folder did not have from an earlier backup. */
  readonly artifactsCopied: number;
  readonly keyFiles: number;
}

/**
 * Backs up a data folder while it is in use. The log comes first, because whatever its events refer to was stored before they were appended. An
 * earlier backup in the folder is updated. `ownKeys` are copied with the keys of the data folder. Throws `CommandFailure`, and then leaves the earlier backup as it was.
 */
export async function takeBackup(
  dataDir: string,
  folder: string,
  keys: string | undefined,
  now: Date,
  ownKeys: readonly KeyFile[] = [],
): Promise<Taken> {
  await refuseUnsuitable(dataDir, folder, keys);
  await mkdir(folder, { recursive: true, mode: OWNER_ONLY });
  const events = await backUpLog(logFileIn(dataDir), join(folder, EVENTS_FILE));
  const artifacts = join(dataDir, 'artifacts');
  const artifactsCopied = await copyMissing(artifacts, join(folder, ARTIFACTS_FOLDER));
  const keyFiles = keys === undefined ? 0 : await copyKeys(dataDir, ownKeys, keys);
  const manifest: Manifest = {
    format: BACKUP_FORMAT,
    takenAt: now.toISOString(),
    events,
    artifacts: await totalsOf(join(folder, ARTIFACTS_FOLDER)),
  };
  await writeManifest(folder, manifest);
  return { manifest, artifactsCopied, keyFiles };
}

async function refuseUnsuitable(dataDir: string, folder: string, keys: string | undefined): Promise<void> {
  if ((await sizeOfFile(dataDir)) === undefined)
    throw usageFailure(`The data folder ${dataDir} does not exist: set DATA_DIR.`);
  const inside = (one: string, other: string) => `${resolve(one)}/`.startsWith(`${resolve(other)}/`);
  if (inside(folder, dataDir)) throw usageFailure(`${folder} is inside the data folder: choose a folder elsewhere.`);
  if (keys !== undefined && (inside(keys, folder) || inside(folder, keys)))
    throw usageFailure(
      'Keys must be kept apart from the backup: choose a --keys folder that neither is in the backup folder nor contains it.',
    );
  const isEmpty = (await readdir(folder).catch(() => [])).length === 0;
  if (!isEmpty && !(await readManifest(folder)))
    throw usageFailure(`${folder} is neither empty nor a backup: choose an empty folder.`);
}

async function backUpLog(file: string, to: string): Promise<Manifest['events']> {
  if ((await sizeOfFile(file)) === undefined) return null;
  const draft = `${to}.new`;
  await copyLogFile(file, draft);
  const log = openLogFile(draft);
  try {
    const damage = log.damage();
    if (damage !== undefined)
      throw new CommandFailure(
        `Nothing was backed up, because the event log is damaged: ${damage}. Restore an earlier backup.`,
      );
    const facts = { logFormat: log.format, head: String(log.head) };
    await copyWhole(draft, to);
    return { sizeBytes: (await sizeOfFile(to)) ?? 0, sha256: await sha256OfFile(to), ...facts };
  } finally {
    log.close();
    await rm(draft, { force: true });
  }
}

/** A blob is named by its content, so one with the same name and length need not be copied again. */
async function copyMissing(from: string, to: string): Promise<number> {
  let copied = 0;
  for (const path of await filesBelow(from)) {
    const [source, target] = [join(from, path), join(to, path)];
    const size = await sizeOfFile(source);
    // Pruned in the meantime.
    if (size === undefined || size === (await sizeOfFile(target))) continue;
    await copyWhole(source, target);
    copied += 1;
  }
  return copied;
}

async function copyKeys(dataDir: string, ownKeys: readonly KeyFile[], keys: string): Promise<number> {
  await mkdir(keys, { recursive: true, mode: OWNER_ONLY });
  const files = [...(await secretsIn(dataDir)).map((path) => ({ from: join(dataDir, path), to: path })), ...ownKeys];
  for (const { from, to } of files) await copyWhole(from, join(keys, to));
  return files.length;
}

export async function secretsIn(folder: string): Promise<readonly string[]> {
  return (await filesBelow(folder)).filter((path) => !NO_SECRETS.includes(path.split('/')[0] ?? ''));
}

async function totalsOf(folder: string): Promise<Manifest['artifacts']> {
  const paths = await filesBelow(folder);
  let sizeBytes = 0;
  for (const path of paths) sizeBytes += (await sizeOfFile(join(folder, path))) ?? 0;
  return { files: paths.length, sizeBytes };
}
