import { KeyObject } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTrust, type Trust } from '@evidence/verify';
import { afterAll } from 'vitest';
import { ensureDevelopmentAuthority, jwksOf, openPemSigner, openSigner, type Signer } from '../src/index.js';

export const NOW = new Date('2026-05-22T10:35:00.000Z');

/** A folder that is removed after the test file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signing-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A signer with its own key and authority. */
export async function makeSigner(): Promise<{ signer: Signer; folder: string }> {
  const folder = join(await temporaryFolder(), 'keys');
  await ensureDevelopmentAuthority({ folder, now: NOW });
  return { signer: await openSigner({ folder, now: NOW }), folder };
}

/** An EC P-256 signer with a self-signed certificate; its key is not a development key. */
export async function makeEcSigner(): Promise<Signer> {
  await import('reflect-metadata');
  const { X509CertificateGenerator } = await import('@peculiar/x509');
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Evidence Reports',
    notBefore: NOW,
    notAfter: new Date(NOW.getTime() + 24 * 60 * 60 * 1000),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    keys,
  });
  const keyPem = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
  return openPemSigner({ keyPem, certificateChainPem: certificate.toString('pem'), now: NOW });
}

export const trustIn = (...signers: Signer[]): Trust => readTrust(JSON.stringify(jwksOf(signers)));
