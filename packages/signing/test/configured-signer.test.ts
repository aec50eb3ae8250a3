import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openConfiguredSigner } from '../src/index.js';

const now = new Date('2026-11-23T12:00:00Z');

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-signer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'keys');
}

test('without a configured key a development key is made, kept, and marked', async () => {
  const developmentFolder = await emptyFolder();
  const configuration = { keyFile: undefined, certificateFile: undefined, developmentFolder, now };
  const made = await openConfiguredSigner(configuration);
  expect(made.isDevelopmentKey).toBe(true);
  expect((await openConfiguredSigner(configuration)).keyId).toBe(made.keyId);
});

test('half a configuration, or a key that is not there, stops the start instead of falling back', async () => {
  const developmentFolder = await emptyFolder();
  const half = { keyFile: '/nowhere/key.pem', certificateFile: undefined, developmentFolder, now };
  await expect(openConfiguredSigner(half)).rejects.toMatchObject({ name: 'SigningError', code: 'key_missing' });
  const absent = { ...half, certificateFile: '/nowhere/certificate.pem' };
  await expect(openConfiguredSigner(absent)).rejects.toMatchObject({ name: 'SigningError', code: 'key_missing' });
});
