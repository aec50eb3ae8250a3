import type { Command } from 'commander';
import type { Surroundings } from './surroundings.js';

/** Copies of a data folder, and how to restore them. */
export function addBackup(evidence: Command, surroundings: Surroundings, ended: (exitCode: number) => void): void {
  const keys = '--keys <folder>';
  const backup = evidence.command('backup').description('back up the data folder (DATA_DIR) while the system runs');
  backup
    .command('take <folder>', { isDefault: true })
    .description('create a backup of the log and the artifacts, or update an earlier one')
    .option(keys, 'also back up the keys and secrets, to this separate folder')
    .action(async (folder, options) => (await import('./verbs/backup.js')).backup(folder, options, surroundings));
  backup
    .command('check <folder>')
    .description('list what is missing from a backup; the exit code is 1 if anything is')
    .option(keys, 'folder of the backed-up keys')
    .action(async (folder, options) =>
      ended(await (await import('./verbs/backup.js')).check(folder, options, surroundings)),
    );
  evidence
    .command('restore <folder>')
    .description('restore a backup to the data folder of a stopped system')
    .option(keys, 'folder of the backed-up keys; without it, the keys of the data folder stay')
    .option('--replace', 'move the existing log aside, and overwrite existing keys with those of the backup')
    .action(async (folder, options) => (await import('./verbs/backup.js')).restore(folder, options, surroundings));
}
