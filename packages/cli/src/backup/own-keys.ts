import { basename, isAbsolute, join, normalize, resolve } from 'node:path';
import { listedFiles, SigningError } from '@evidence/signing';
import { CommandFailure } from '../failure.js';

/** Where a backup of keys, and a data folder restored from it, have the signing keys that were elsewhere. */
export const OWN_KEYS_FOLDER = 'signing-keys';

export interface KeyFile {
  readonly from: string;
  /** Relative to the folder of keys. */
  readonly to: string;
}

/**
 * The files of the signing keys that the environment names, unless they are in the data folder. Throws `CommandFailure` for a list that cannot be
 * copied, because it names a file elsewhere.
 */
export async function ownKeyFiles(dataDir: string, env: NodeJS.ProcessEnv): Promise<readonly KeyFile[]> {
  const { SIGNING_KEYS_FILE: list, SIGNING_KEY_FILE: keyFile, SIGNING_CERTIFICATE_FILE: certificateFile } = env;
  const files = list ? await filesOf(list) : [keyFile, certificateFile].flatMap((file) => file || []).map(alone);
  return files
    .filter(({ from }) => !from.startsWith(`${resolve(dataDir)}/`))
    .map(({ from, to }) => ({ from, to: join(OWN_KEYS_FOLDER, to) }));
}

async function filesOf(list: string): Promise<readonly KeyFile[]> {
  const names = await listedFiles(list).catch((error: unknown) => {
    if (error instanceof SigningError) throw new CommandFailure(error.message, { cause: error });
    throw error;
  });
  const elsewhere = names.find((name) => isAbsolute(name) || normalize(name).startsWith('..'));
  if (elsewhere !== undefined)
    throw new CommandFailure(
      `The signing keys cannot be copied, because ${list} (SIGNING_KEYS_FILE) lists ${elsewhere}, which is not in its folder: move the file there, or back up the signing keys yourself and unset SIGNING_KEYS_FILE for this command.`,
    );
  const folder = resolve(list, '..');
  return [alone(list), ...[...new Set(names)].map((name) => ({ from: join(folder, name), to: name }))];
}

const alone = (file: string): KeyFile => ({ from: resolve(file), to: basename(file) });
