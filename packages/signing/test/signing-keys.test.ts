import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { openSigningKeys, publishedKeys, type Signer } from '../src/index.js';
import { makeSigner, NOW, temporaryFolder } from './signers.js';
import { requireTool } from './tools.js';

const at = (time: string): Date => new Date(`2026-${time}:00:00Z`);
const JULY = '2026-07-01T00:00:00.000Z';

const notConfigured = { keysFile: undefined, keyFile: undefined, certificateFile: undefined, now: NOW };
const refused = (code: string) => expect.objectContaining({ name: 'SigningError', code });

test('without a configured key, a development key is made, kept, marked and published', async () => {
  const configuration = { ...notConfigured, developmentFolder: join(await temporaryFolder(), 'keys') };
  const made = (await openSigningKeys(configuration)).activeAt(NOW);
  expect(made.isDevelopmentKey).toBe(true);
  expect((await openSigningKeys(configuration)).activeAt(NOW).keyId).toBe(made.keyId);
  expect(await publishedKeys(configuration)).toMatchObject({ keys: [{ kid: made.keyId, development: true }] });
});

test('an incomplete configuration or a missing key stops the start instead of falling back', async () => {
  const half = {
    ...notConfigured,
    keyFile: '/nowhere/key.pem',
    developmentFolder: join(await temporaryFolder(), 'keys'),
  };
  await expect(openSigningKeys(half)).rejects.toEqual(refused('key_missing'));
  const absent = { ...half, certificateFile: '/nowhere/certificate.pem' };
  await expect(openSigningKeys(absent)).rejects.toEqual(refused('key_missing'));
  await expect(publishedKeys(absent)).rejects.toEqual(refused('key_missing'));
});

describe('a file that lists the keys', () => {
  let old: { signer: Signer; folder: string };
  let fresh: { signer: Signer; folder: string };
  let folder: string;

  beforeAll(async () => {
    [old, fresh, folder] = await Promise.all([makeSigner(), makeSigner(), temporaryFolder()]);
  });

  const certificateOf = (key: { folder: string }) => join(key.folder, 'signing-certificate.pem');
  const pemFileOf = (key: { folder: string }) => join(key.folder, 'signing-key.pem');

  async function listing(...keys: object[]) {
    const keysFile = join(folder, `${crypto.randomUUID()}.json`);
    await writeFile(keysFile, JSON.stringify({ keys }));
    return { ...notConfigured, keysFile, developmentFolder: '/nowhere' };
  }

  it('rotates from one key to the next, and publishes both with their periods', async () => {
    const configuration = await listing(
      {
        certificateFile: certificateOf(old),
        retiredAt: '2026-07-01T01:00:00.000Z',
        privateKey: { pemFile: pemFileOf(old) },
      },
      { certificateFile: certificateOf(fresh), validFrom: JULY, privateKey: { pemFile: pemFileOf(fresh) } },
    );
    const ring = await openSigningKeys(configuration);
    expect(ring.activeAt(at('06-30T23')).keyId).toBe(old.signer.keyId);
    expect(ring.activeAt(at('07-01T00')).keyId).toBe(fresh.signer.keyId);
    const published = await publishedKeys(configuration);
    expect(published).toEqual(ring.jwks());
    expect(published.keys).toMatchObject([
      { kid: old.signer.keyId, exp: at('07-01T01').getTime() / 1000 },
      { kid: fresh.signer.keyId, nbf: at('07-01T00').getTime() / 1000 },
    ]);
  });

  it('needs only the certificate of a retired key, even long after it has expired', async () => {
    const configuration = await listing(
      { certificateFile: certificateOf(old), retiredAt: JULY },
      { certificateFile: certificateOf(fresh), validFrom: JULY, privateKey: { pemFile: pemFileOf(fresh) } },
    );
    const ring = await openSigningKeys({ ...configuration, now: at('08-01T00') });
    expect(ring.activeAt(at('08-01T00')).keyId).toBe(fresh.signer.keyId);
    expect(() => ring.activeAt(at('06-01T00'))).toThrowError(refused('key_not_in_use'));
  });

  it('may name a PKCS #12 file in the same folder, by a relative path', async (context) => {
    requireTool(context, 'openssl');
    const files = ['-inkey', pemFileOf(old), '-in', certificateOf(old), '-out', join(folder, 'key.p12')];
    execFileSync('openssl', ['pkcs12', '-export', ...files, '-passout', 'pass:open sesame'], { stdio: 'ignore' });
    await writeFile(join(folder, 'passphrase'), 'open sesame\n');
    const privateKey = { pkcs12File: 'key.p12', passphraseFile: 'passphrase' };
    const ring = await openSigningKeys(await listing({ certificateFile: certificateOf(old), privateKey }));
    const bytes = Buffer.from('a report');
    expect(await ring.activeAt(NOW).sign(bytes)).toEqual(await old.signer.sign(bytes));
    const another = await listing({ certificateFile: certificateOf(fresh), privateKey });
    await expect(openSigningKeys(another)).rejects.toEqual(refused('key_mismatch'));
  });

  it('may name a module that calls a key holder, whose signatures are checked', async () => {
    const module = join(folder, 'kms.mjs');
    await writeFile(
      module,
      `import { readFileSync } from 'node:fs';
       import { sign as signWith } from 'node:crypto';
       export const sign = async ({ bytes }) => signWith('sha256', bytes, readFileSync(${JSON.stringify(pemFileOf(old))}));`,
    );
    const bytes = Buffer.from('a report');
    const ring = await openSigningKeys(await listing({ certificateFile: certificateOf(old), privateKey: { module } }));
    expect(await ring.activeAt(NOW).sign(bytes)).toEqual(await old.signer.sign(bytes));
    const other = await openSigningKeys(
      await listing({ certificateFile: certificateOf(fresh), privateKey: { module } }),
    );
    await expect(other.activeAt(NOW).sign(bytes)).rejects.toEqual(refused('signer_answer_invalid'));
  });

  it.each([
    ['no key', [], 'key_unreadable'],
    ['a key in use without its private half', [{ certificateFile: 'c.pem' }], 'key_unreadable'],
    [
      'a private key in two places',
      [{ certificateFile: 'c.pem', privateKey: { pemFile: 'k.pem', module: 'kms.mjs' } }],
      'key_unreadable',
    ],
    ['an unknown member', [{ certificateFile: 'c.pem', privateKey: { file: 'k.pem' } }], 'key_unreadable'],
    ['missing files', [{ certificateFile: 'c.pem', privateKey: { pemFile: 'k.pem' } }], 'key_missing'],
  ])('is refused with %s', async (_, keys, code) => {
    await expect(openSigningKeys(await listing(...keys))).rejects.toEqual(refused(code));
  });

  it('is refused together with a single key, if it is not JSON, and if a module does not sign', async () => {
    const configuration = await listing({
      certificateFile: certificateOf(old),
      privateKey: { pemFile: pemFileOf(old) },
    });
    const both = openSigningKeys({ ...configuration, keyFile: pemFileOf(old) });
    await expect(both).rejects.toEqual(refused('key_mismatch'));
    await writeFile(configuration.keysFile, 'keys: none');
    await expect(openSigningKeys(configuration)).rejects.toEqual(refused('key_unreadable'));
    await writeFile(join(folder, 'silent.mjs'), 'export const answer = 42;');
    const silent = await listing({ certificateFile: certificateOf(old), privateKey: { module: 'silent.mjs' } });
    await expect(openSigningKeys(silent)).rejects.toEqual(refused('key_unreadable'));
  });
});
