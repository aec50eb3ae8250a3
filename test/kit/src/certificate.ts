import { copyFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ensureStoreCredentials } from '@evidence/local';
import { storeCredentials } from '@evidence/runtime/local-store';

/** The environment variable that tells workers where vitest's global setup keeps the certificate of the run. */
const VARIABLE = 'EVIDENCE_TEST_CERTIFICATE';

/** Makes one certificate for all event stores of the run, because loading the library in each test file costs more than the certificate. */
export async function makeCertificateOfTheRun(folder: string): Promise<void> {
  await ensureStoreCredentials(folder, new Date());
  process.env[VARIABLE] = folder;
}

/** Puts the run's certificate where a store on `dataDir` looks for it. Without one, the store makes its own. */
export async function layCertificate(dataDir: string): Promise<void> {
  const folder = process.env[VARIABLE];
  if (!folder) return;
  const [from, to] = [storeCredentials(folder), storeCredentials(dataDir)];
  await mkdir(dirname(to.keyFile), { recursive: true });
  for (const file of ['authorityFile', 'certificateFile', 'keyFile'] as const) await copyFile(from[file], to[file]);
}
