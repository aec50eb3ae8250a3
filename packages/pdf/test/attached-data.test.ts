import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '@evidence/contracts';
import { jwksOf, signPdf } from '@evidence/signing';
import { readTrust, verifyCommand, verifyPdf } from '@evidence/verify';
import { expect, onTestFinished, test } from 'vitest';
import { renderTemplate } from '../src/template/index.js';
import { sampleReport } from './sample-report.js';
import { makeSigner } from './standard-packs.js';

test('a report with a sound signature is not valid if it states the digest of other data', async () => {
  const report = sampleReport({ findings: 3 });
  const dataSha256 = createHash('sha256').update(canonicalJson(report)).digest('hex');
  const rendered = Buffer.from(await renderTemplate({ content: ['Nothing to see.'] }, report)).toString('latin1');
  const { signer, remove } = await makeSigner();
  onTestFinished(remove);
  const verified = async (stated: string) => {
    const pdf = Buffer.from(rendered.replaceAll(dataSha256, stated), 'latin1');
    const bytes = await signPdf({ pdf, signer, reason: 'Evidence report', name: 'Evidence Reports' });
    const keys = JSON.stringify(jwksOf([signer]));
    const inMemory = verifyPdf({ bytes, trust: readTrust(keys) });
    const { verdict, data_sha256 } = JSON.parse(await commandSays(bytes, keys)) as Record<string, unknown>;
    expect({ verdict, data_sha256 }).toEqual({ verdict: inMemory.verdict, data_sha256: inMemory.dataSha256 });
    return inMemory;
  };
  expect(await verified(dataSha256)).toMatchObject({ verdict: 'valid', dataSha256 });
  expect(await verified('f'.repeat(64))).toMatchObject({
    verdict: 'data_mismatch',
    checks: expect.arrayContaining([{ name: 'data', ok: false, detail: expect.stringContaining(dataSha256) }]),
  });
});

/** The output of `evidence verify --json`, which reads the file in place. */
async function commandSays(bytes: Uint8Array, keys: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'attached-data-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [pdf, jwks] = [join(folder, 'report.pdf'), join(folder, 'jwks.json')];
  await writeFile(pdf, bytes);
  await writeFile(jwks, keys);
  let said = '';
  const streams = { stdout: { write: (text: string) => (said += text) }, stderr: process.stderr };
  await verifyCommand([pdf, '--key', jwks, '--json'], streams);
  return said;
}
