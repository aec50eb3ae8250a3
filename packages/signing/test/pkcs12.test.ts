import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyPdf } from '@evidence/verify';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPkcs12Signer, signPdf } from '../src/index.js';
import { plainPdf } from './pdfs.js';
import { makeSigner, NOW, temporaryFolder, trustIn } from './signers.js';
import { requireTool } from './tools.js';

const PASSPHRASE = 'pass phrase: 1';
let folder: string;
let keys: string;

beforeEach((context) => requireTool(context, 'openssl'));

beforeAll(async () => {
  folder = await temporaryFolder();
  ({ folder: keys } = await makeSigner());
});

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });

/** Made by `openssl pkcs12 -export`, from the development key unless other files are given. */
function pkcs12(
  name: string,
  options: string[],
  key = join(keys, 'signing-key.pem'),
  certificate = join(keys, 'signing-certificate.pem'),
) {
  const file = join(folder, `${name}.p12`);
  openssl(
    'pkcs12',
    '-export',
    '-inkey',
    key,
    '-in',
    certificate,
    '-out',
    file,
    '-passout',
    `pass:${PASSPHRASE}`,
    ...options,
  );
  return readFileSync(file);
}

function ecPkcs12() {
  const [key, certificate] = [join(folder, 'ec.key'), join(folder, 'ec.crt')];
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '3650',
    '-subj',
    '/CN=ec',
    '-keyout',
    key,
    '-out',
    certificate,
  );
  return pkcs12('ec', [], key, certificate);
}

describe('a PKCS #12 file', () => {
  it.each([
    ['PBES2 with AES-256 (OpenSSL 3)', []],
    ['RC2-40 and 3DES (older Windows and Java)', ['-legacy']],
    ['3DES for both', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'SHA1']],
    ['unencrypted certificates', ['-certpbe', 'NONE']],
  ])('opens if protected by %s', async (name, options) => {
    const signer = await openPkcs12Signer({
      pkcs12: pkcs12(name.slice(0, 4), options),
      passphrase: PASSPHRASE,
      now: NOW,
    });
    expect(signer).toMatchObject({ algorithm: 'RS256', isDevelopmentKey: true });
    expect(signer.chain).toHaveLength(1);
    const signed = await signPdf({ pdf: plainPdf(), signer, reason: 'Evidence report', name: 'Evidence Reports' });
    expect(verifyPdf({ bytes: signed, trust: trustIn(signer) }).verdict).toBe('valid');
  });

  it('opens with an EC key', async () => {
    const signer = await openPkcs12Signer({ pkcs12: ecPkcs12(), passphrase: PASSPHRASE, now: new Date() });
    expect(signer.algorithm).toBe('ES256');
    const signed = await signPdf({ pdf: plainPdf(), signer, reason: 'Evidence report', name: 'Evidence Reports' });
    expect(verifyPdf({ bytes: signed, trust: trustIn(signer) }).verdict).toBe('valid');
  });

  it.each([
    ['opened with another passphrase', 'key_unreadable', () => pkcs12('other', []), 'wrong'],
    ['opened with a passphrase beyond ASCII', 'key_unreadable', () => pkcs12('beyond', []), 'pässphrase'],
    ['cut short', 'key_unreadable', () => pkcs12('cut', []).subarray(0, 500), PASSPHRASE],
    ['not PKCS #12', 'key_unreadable', () => Buffer.from('-----BEGIN'), PASSPHRASE],
    ['without a key', 'key_unreadable', () => pkcs12('keyless', ['-nokeys']), PASSPHRASE],
    ['far too large', 'key_unreadable', () => Buffer.alloc(2 * 1024 * 1024), PASSPHRASE],
  ])('is refused: %s', async (_, code, file, passphrase) => {
    await expect(openPkcs12Signer({ pkcs12: file(), passphrase, now: NOW })).rejects.toMatchObject({
      name: 'SigningError',
      code,
    });
  });

  it('is refused once its certificate has expired', async () => {
    const later = new Date('2040-01-01T00:00:00Z');
    const opening = openPkcs12Signer({ pkcs12: pkcs12('ended', []), passphrase: PASSPHRASE, now: later });
    await expect(opening).rejects.toMatchObject({ code: 'certificate_expired' });
  });
});
