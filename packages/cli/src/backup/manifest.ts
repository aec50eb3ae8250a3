import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure } from '../failure.js';

/** Raised when an older release could not restore what this one writes. */
export const BACKUP_FORMAT = 1;
const MANIFEST = 'backup.json';
export const EVENTS_FILE = 'events.sqlite';
export const ARTIFACTS_FOLDER = 'artifacts';

/** What a backup says about itself. Written last: a folder without it is not a complete backup. */
export interface Manifest {
  readonly format: number;
  readonly takenAt: string;
  /** Null: the event store is KurrentDB, which has its own backups. */
  readonly events: {
    readonly sizeBytes: number;
    readonly sha256: string;
    readonly logFormat: number;
    /** The position of the last event. */
    readonly head: string;
  } | null;
  readonly artifacts: { readonly files: number; readonly sizeBytes: number };
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const file = join(folder, MANIFEST);
  await writeFile(`${file}.draft`, `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.draft`, file);
}

/** Undefined: the folder has no backup. Throws `CommandFailure` for one that this release cannot read. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const manifest = parsed(text);
  if (typeof manifest?.format !== 'number')
    throw new CommandFailure(`${join(folder, MANIFEST)} is damaged: take another backup.`);
  if (manifest.format > BACKUP_FORMAT)
    throw new CommandFailure(
      `The backup in ${folder} was made by a newer release (format ${manifest.format}; this release reads up to ${BACKUP_FORMAT}): use that release.`,
    );
  return manifest;
}

function parsed(text: string): Manifest | undefined {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return undefined;
  }
}

/** As `readManifest`. Throws `CommandFailure` also when there is none. */
export async function manifestIn(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  if (manifest) return manifest;
  throw new CommandFailure(
    `${folder} is not a complete backup: it has no ${MANIFEST}. Create one with evidence backup ${folder}.`,
  );
}
