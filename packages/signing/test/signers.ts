import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTrust, type Trust } from '@evidence/verify';
import { afterAll } from 'vitest';
import { ensureDevelopmentAuthority, jwksOf, openSigner, type Signer } from '../src/index.js';

export const NOW = new Date('2026-05-22T10:35:00.000Z');

/** A folder that is gone after the test file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signing-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A signer with a key and an authority of its own. */
export async function makeSigner(): Promise<{ signer: Signer; folder: string }> {
  const folder = join(await temporaryFolder(), 'keys');
  await ensureDevelopmentAuthority({ folder, now: NOW });
  return { signer: await openSigner({ folder, now: NOW }), folder };
}

export const trustIn = (...signers: Signer[]): Trust => readTrust(JSON.stringify(jwksOf(signers)));
