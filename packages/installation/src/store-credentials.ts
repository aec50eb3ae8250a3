import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sha256Of } from '@evidence/contracts';
import { type WriterName, writerNames, writers } from '@evidence/contracts/writers';
import { storeCredentials } from '@evidence/runtime/local-store';
import { ensureServerCertificate } from './server-certificate.js';

const OWNER_ONLY = 0o600;
const PASSWORD_BYTES = 32;

/** A login of the event store, as store-server reads it. */
export interface ExtraLogin {
  readonly name: string;
  readonly passwordSha256: string;
  readonly reads?: boolean;
}

/**
 * Creates the credentials of a data folder's event store: its certificate, issued by an authority whose key is thrown away, and a password for
 * each writer. Existing ones are kept; `logins.json` is rewritten, because the build decides what a login may do. `more`: logins without
 * restrictions. `hosts`: names by which the store is reached, in addition to those of this machine.
 */
export async function ensureStoreCredentials(
  dataDir: string,
  now: Date,
  more: readonly ExtraLogin[] = [],
  hosts: readonly string[] = [],
): Promise<void> {
  const { loginsFile, passwordFile, ...files } = storeCredentials(dataDir);
  await mkdir(dirname(loginsFile), { recursive: true });
  const names = ['localhost', '127.0.0.1', '::1', ...hosts];
  await ensureServerCertificate(files, { commonName: 'event store', usage: 'server', hosts: names }, now);
  const logins = await Promise.all(
    writerNames.map(async (name: WriterName) => {
      const password = randomBytes(PASSWORD_BYTES).toString('base64url');
      await writeFile(passwordFile(name), password, { mode: OWNER_ONLY, flag: 'wx' }).catch(unlessThere);
      const passwordSha256 = sha256Of((await readFile(passwordFile(name), 'utf8')).trim());
      return { name, passwordSha256, appends: writers[name] };
    }),
  );
  await writeFile(loginsFile, JSON.stringify({ logins: [...logins, ...more] }, undefined, 1), { mode: OWNER_ONLY });
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
