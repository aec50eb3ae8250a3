import { execFile } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureDevelopmentAuthority, jwksOf, openPemSigner, openSigner, type Signer } from '../src/index.js';
import { makeSigner, NOW, temporaryFolder } from './signers.js';

let folder: string;
let signer: Signer;
let keyPem: string;
let certificateChainPem: string;

beforeAll(async () => {
  ({ folder, signer } = await makeSigner());
  keyPem = await readFile(join(folder, 'signing-key.pem'), 'utf8');
  certificateChainPem = await readFile(join(folder, 'signing-certificate.pem'), 'utf8');
});

describe('development authority', () => {
  it('makes an RSA-3072 key whose certificate is marked as a development key and names no URL', () => {
    const certificate = new X509Certificate(signer.certificate);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
    expect(certificate.subject).toContain('development key');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.36']);
    expect(certificate.infoAccess).toBeUndefined();
    expect(certificate.toString()).not.toContain('http');
    expect(signer).toMatchObject({ algorithm: 'RS256', isDevelopmentKey: true });
    expect(signer.chain).toHaveLength(1);
  });

  it('protects every file from other users, and leaves no temporary folder', async () => {
    for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(dirname(folder))).toEqual([basename(folder)]);
  });

  it('does not change an existing key', async () => {
    await ensureDevelopmentAuthority({ folder, now: NOW });
    expect(await readFile(join(folder, 'signing-key.pem'), 'utf8')).toBe(keyPem);
  });

  it('gives the same key to processes that start at the same time', async () => {
    const shared = join(await temporaryFolder(), 'keys');
    const program = `
      import { ensureDevelopmentAuthority, openSigner } from '@evidence/signing';
      const now = new Date(${NOW.getTime()});
      await ensureDevelopmentAuthority({ folder: process.argv[1], now });
      console.log((await openSigner({ folder: process.argv[1], now })).keyId);`;
    const start = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, shared], {
        cwd: import.meta.dirname,
      });
    const keyIds = (await Promise.all([start(), start()])).map(({ stdout }) => stdout);
    expect(keyIds[0]).toMatch(/^[\w-]{43}\n$/);
    expect(keyIds[1]).toBe(keyIds[0]);
    expect(await readdir(dirname(shared))).toEqual(['keys']);
  });

  it('refuses a folder with other content', async () => {
    const occupied = await temporaryFolder();
    await writeFile(join(occupied, 'letters.txt'), 'mine');
    const attempt = ensureDevelopmentAuthority({ folder: occupied, now: NOW });
    await expect(attempt).rejects.toMatchObject({ name: 'SigningError', code: 'folder_unusable' });
    expect(await readdir(occupied)).toEqual(['letters.txt']);
  });
});

describe('opening a signer', () => {
  it('makes signatures that the certificate verifies, the same each time', async () => {
    const bytes = Buffer.from('report');
    const signature = await signer.sign(bytes);
    expect(verify('sha256', bytes, new X509Certificate(signer.certificate).publicKey, signature)).toBe(true);
    expect(await signer.sign(bytes)).toEqual(signature);
  });

  it('opens key and certificate from files with any names', async () => {
    const [keyFile, certificateFile] = [join(folder, 'signing-key.pem'), join(folder, 'signing-certificate.pem')];
    expect((await openSigner({ keyFile, certificateFile, now: NOW })).keyId).toBe(signer.keyId);
  });

  it('reports a missing key', async () => {
    const absent = join(folder, 'absent');
    await expect(openSigner({ folder: absent, now: NOW })).rejects.toMatchObject({ code: 'key_missing' });
  });

  it('reports that a key cannot be read if its path is a folder', async () => {
    const odd = await temporaryFolder();
    await mkdir(join(odd, 'signing-key.pem'));
    await writeFile(join(odd, 'signing-certificate.pem'), certificateChainPem);
    await expect(openSigner({ folder: odd, now: NOW })).rejects.toMatchObject({ code: 'key_unreadable' });
  });

  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pemOf = (key: typeof other.privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const later = (years: number) => new Date(Date.UTC(NOW.getUTCFullYear() + years, 0));

  it.each([
    ['a key that is not PEM', 'key_unreadable', () => ({ keyPem: 'no key' })],
    ['a certificate that is not PEM', 'key_unreadable', () => ({ certificateChainPem: 'no certificate' })],
    [
      'a certificate that is damaged',
      'key_unreadable',
      () => ({ certificateChainPem: certificateChainPem.replace('MII', 'MIK') }),
    ],
    ['the certificate of another key', 'key_mismatch', () => ({ keyPem: pemOf(other.privateKey) })],
    [
      'a chain out of order',
      'key_mismatch',
      () => ({ certificateChainPem: `${certificateChainPem}${leafOf(certificateChainPem)}` }),
    ],
    ['an expired certificate', 'certificate_expired', () => ({ now: later(6) })],
    ['a certificate that is not yet valid', 'certificate_not_yet_valid', () => ({ now: later(-1) })],
  ])('refuses %s', (_, code, change) => {
    expect(() => openPemSigner({ keyPem, certificateChainPem, now: NOW, ...change() })).toThrowError(
      expect.objectContaining({ name: 'SigningError', code }),
    );
  });
});

describe('published keys', () => {
  it('state their use, the chain and whether they are development keys, and nothing private', () => {
    const { keys } = jwksOf([signer]);
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ kty: 'RSA', kid: signer.keyId, alg: 'RS256', use: 'sig', development: true });
    expect(keys[0]?.x5c.map((each) => Buffer.from(each, 'base64'))).toEqual([signer.certificate, ...signer.chain]);
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'development', 'e', 'kid', 'kty', 'n', 'use', 'x5c']);
    expect(createPublicKey({ key: { ...keys[0] }, format: 'jwk' }).asymmetricKeyType).toBe('rsa');
  });
});

function leafOf(chain: string): string {
  return chain.slice(0, chain.indexOf('-----END CERTIFICATE-----') + '-----END CERTIFICATE-----\n'.length);
}
