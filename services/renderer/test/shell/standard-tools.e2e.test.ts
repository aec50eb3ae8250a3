import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalAuthorities, startAuthorities } from '../../../../packages/signing/test/authorities.js';
import { isInstalled, requireTool } from '../../../../packages/signing/test/tools.js';
import { archivedBy, artifactOf } from '../artifact.js';

// The results of an auditor without our verifier, for the artifacts themselves.

let local: LocalAuthorities;

beforeAll(async () => {
  if (!isInstalled('openssl')) return;
  local = await startAuthorities();
  await local.issueSigner('signer', 'ocsp');
});
afterAll(() => local?.stop());

function run(tool: string, ...args: string[]): string {
  const { stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

describe.each(['B-B', 'B-LTA'])('a pack of level %s', (level) => {
  test('is intact according to qpdf, valid to pdfsig, unchanged to mutool, and has a CMS that openssl verifies', async (context) => {
    for (const tool of ['openssl', 'qpdf', 'pdfsig', 'mutool']) requireTool(context, tool);
    const { bytes, folder } = await artifactOf('pdf', 40, { ...archivedBy(local), SIGNATURE_LEVEL: level });
    const [file, cms, content] = ['pack.pdf', 'cms', 'content'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(file, bytes);
    expect(run('qpdf', '--check', file)).toContain('No syntax or stream encoding errors found');
    expect(run('pdfsig', '-nocert', file)).toContain('Signature is Valid');
    // mutool 1.21 reports what B-LTA appends after the signature as a change; our verifier recognises it.
    if (level === 'B-B') expect(run('mutool', 'sign', '-v', file)).toContain('unchanged since signing');

    const [, gapStart = 0, gapEnd = 0, rest = 0] = /\/ByteRange ?\[0 (\d+) (\d+) (\d+)/
      .exec(bytes.toString('latin1'))!
      .map(Number);
    await writeFile(cms, Buffer.from(bytes.toString('latin1', gapStart + 1, gapEnd - 1), 'hex'));
    const signed = [bytes.subarray(0, gapStart), bytes.subarray(gapEnd, gapEnd + rest)];
    const verify = ['cms', '-verify', '-cades', '-binary', '-inform', 'DER', '-in', cms, '-content', content];
    const trusted = ['-CAfile', join(local.folder, 'root.crt'), '-out', '/dev/null'];
    await writeFile(content, Buffer.concat(signed));
    expect(run('openssl', ...verify, ...trusted)).toContain('CAdES Verification successful');
    await writeFile(content, Buffer.concat([...signed, Buffer.of(0)]));
    expect(run('openssl', ...verify, ...trusted)).not.toContain('successful');
  });
});

test.for(['pdf', 'json'] as const)('openssl verifies the attestation of a %s report', async (format, context) => {
  requireTool(context, 'openssl');
  const { envelope, published, folder } = await artifactOf(format, 1);
  const { payload, payloadType, signatures } = JSON.parse(envelope.toString('utf8'));
  const body = Buffer.from(payload, 'base64');
  const [key, signature, message] = ['key.pem', 'signature', 'message'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  // DSSE v1.0, pre-authentication encoding: written independently, from the text of the protocol.
  await writeFile(
    message,
    Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `), body]),
  );
  await writeFile(signature, Buffer.from(signatures[0].sig, 'base64'));
  const certificate = new X509Certificate(Buffer.from(published.keys[0]!.x5c[0]!, 'base64'));
  await writeFile(key, certificate.publicKey.export({ type: 'spki', format: 'pem' }));
  const verify = ['dgst', '-sha256', '-verify', key, '-signature', signature, message];
  expect(run('openssl', ...verify)).toContain('Verified OK');
});
