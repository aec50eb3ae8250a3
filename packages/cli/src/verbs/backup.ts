import { resolve } from 'node:path';
import { migrateLogFile } from '@evidence/event-store/engine';
import { systemOn } from '@evidence/runtime/running-system';
import { checkBackup } from '../backup/check.js';
import { ownKeyFiles } from '../backup/own-keys.js';
import { restoreBackup } from '../backup/restore.js';
import { logFileIn, takeBackup } from '../backup/take.js';
import { CommandFailure, EXIT, usageFailure } from '../failure.js';
import { count } from '../output.js';
import type { Surroundings } from '../surroundings.js';

const MIB = 1024 * 1024;

const dataDirOf = ({ env, root }: Surroundings): string => resolve(root, env.DATA_DIR || '.data');
const sizeShown = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;

interface KeysOption {
  readonly keys?: string;
}

const keysOf = ({ keys }: KeysOption, { root }: Surroundings): string | undefined => keys && resolve(root, keys);

/** `evidence backup <folder>`: the log, the artifacts and, with `--keys`, the keys, of a system that may keep running. */
export async function backup(folder: string, options: KeysOption, surroundings: Surroundings): Promise<void> {
  const { stdout, stderr, now, root, env } = surroundings;
  const dataDir = dataDirOf(surroundings);
  const startedAt = performance.now();
  const keys = keysOf(options, surroundings);
  const ownKeys = keys ? await ownKeyFiles(dataDir, env) : [];
  const taken = await takeBackup(dataDir, resolve(root, folder), keys, now(), ownKeys);
  const { events, artifacts } = taken.manifest;
  const log = events ? `the log up to position ${events.head} (${sizeShown(events.sizeBytes)})` : 'no log';
  stdout.write(
    `Backed up ${dataDir}: ${log}, ${artifacts.files} artifacts and snapshots (${sizeShown(artifacts.sizeBytes)}, ${taken.artifactsCopied} of them new), ${taken.keyFiles} key files, in ${seconds(startedAt)} s.\n`,
  );
  if (!events)
    stderr.write(
      'The log is not included, because the event store is not the embedded one: back up the store with its own tools first.\n',
    );
  if (!options.keys)
    stderr.write('The keys are not included: add --keys <folder> to back them up to a separate folder.\n');
}

/** `evidence backup check <folder>`: lists what is missing. Returns the exit code: 1 if anything is. */
export async function check(folder: string, options: KeysOption, surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, root } = surroundings;
  const { missing, notes, reports } = await checkBackup(resolve(root, folder), keysOf(options, surroundings));
  for (const sentence of missing) stdout.write(`${sentence}\n`);
  for (const sentence of notes) stderr.write(`${sentence}\n`);
  stderr.write(
    missing.length === 0
      ? `Nothing is missing; the backup has ${count(reports, 'report')}.\n`
      : `${count(missing.length, 'problem')} found; the backup is incomplete.\n`,
  );
  return missing.length === 0 ? EXIT.ok : EXIT.failure;
}

/** `evidence restore <folder>`: to the data folder of a stopped system. */
export async function restore(
  folder: string,
  options: KeysOption & { readonly replace?: true },
  surroundings: Surroundings,
): Promise<void> {
  const { stdout, stderr, now, root } = surroundings;
  const dataDir = dataDirOf(surroundings);
  await refuseRunning(dataDir);
  const startedAt = performance.now();
  const how = { keys: keysOf(options, surroundings), replace: options.replace === true };
  const restored = await restoreBackup(dataDir, resolve(root, folder), how, now());
  for (const sentence of restored.missing) stderr.write(`${sentence}\n`);
  if (restored.before) stderr.write(`The previous log was moved to ${restored.before}.\n`);
  if (restored.ownKeys)
    stderr.write(
      `Your own signing keys were restored to ${restored.ownKeys}. Set SIGNING_KEYS_FILE (or SIGNING_KEY_FILE and SIGNING_CERTIFICATE_FILE) to the files there, or to your copies elsewhere.\n`,
    );
  stdout.write(
    `Restored ${dataDir} from the backup of ${restored.manifest.takenAt}: ${
      restored.manifest.events ? `the log up to position ${restored.manifest.events.head}` : 'no log'
    }, ${restored.artifactsCopied} artifacts and snapshots, ${restored.keyFiles} key files, in ${seconds(startedAt)} s. Start the system: it rebuilds its views, and publishes the events that NATS does not have.\n`,
  );
}

/** `evidence log format --to <n>`: converts the log of a stopped system to the format of another release. */
export async function format(options: { readonly to: string }, surroundings: Surroundings): Promise<void> {
  const dataDir = dataDirOf(surroundings);
  await refuseRunning(dataDir);
  const to = Number(options.to);
  try {
    const from = migrateLogFile(logFileIn(dataDir), to);
    surroundings.stdout.write(
      from === to ? `The log already has format ${to}.\n` : `The log now has format ${to}; it had format ${from}.\n`,
    );
  } catch (error) {
    if (error instanceof RangeError) throw usageFailure(error.message, { cause: error });
    throw error;
  }
}

async function refuseRunning(dataDir: string): Promise<void> {
  const system = await systemOn(dataDir);
  if (system) throw new CommandFailure(`A system is running on ${dataDir} (process ${system.pid}): stop it first.`);
}

const seconds = (startedAt: number): string => ((performance.now() - startedAt) / 1_000).toFixed(1);
