import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyPdf } from '@evidence/verify';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPemSigner, openSigner, signPdf } from '../src/index.js';
import { plainPdf } from './pdfs.js';
import { temporaryFolder, trustIn } from './signers.js';
import { isInstalled, requireTool } from './tools.js';

/** Keys and certificates as operators provide them, made by openssl: each works, or an error says what to do. */

let folder: string;
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
const LEAF = ['-addext', 'basicConstraints=critical,CA:FALSE'];
const SIGNING = [...LEAF, '-addext', 'keyUsage=critical,digitalSignature'];
const selfSigned = (name: string, key: string[], extensions: string[]) =>
  openssl(
    ...['req', '-x509', '-nodes', '-newkey', ...key, '-subj', `/CN=${name}`, '-days', '2', ...extensions],
    ...['-keyout', `${name}.key`, '-out', `${name}.crt`],
  );
const RSA = ['rsa:2048'];
const open = (key: string, certificate: string, now = new Date()) =>
  openSigner({ keyFile: join(folder, key), certificateFile: join(folder, certificate), now });

beforeEach((context) => requireTool(context, 'openssl'));
beforeAll(async () => {
  if (!isInstalled('openssl')) return;
  folder = await temporaryFolder();
  selfSigned('rsa', RSA, SIGNING);
  selfSigned('ec', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], SIGNING);
  selfSigned('p384', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], SIGNING);
  selfSigned('web', RSA, [...SIGNING, '-addext', 'extendedKeyUsage=serverAuth,clientAuth']);
  selfSigned('mail', RSA, [...SIGNING, '-addext', 'extendedKeyUsage=clientAuth,emailProtection']);
  selfSigned('encipherment', RSA, [...LEAF, '-addext', 'keyUsage=critical,keyEncipherment']);
  selfSigned('authority', RSA, ['-addext', 'keyUsage=critical,keyCertSign,cRLSign']);
  openssl('rsa', '-in', 'rsa.key', '-traditional', '-out', 'pkcs1.key');
  openssl('ec', '-in', 'ec.key', '-out', 'sec1.key');
  const encrypted = ['-aes256', '-passout', 'pass:secret', '-out'];
  openssl('rsa', '-in', 'rsa.key', ...encrypted, 'encrypted.key');
  openssl('rsa', '-in', 'rsa.key', '-traditional', ...encrypted, 'encrypted1.key');
  openssl('rsa', '-in', 'rsa.key', '-outform', 'DER', '-out', 'der.key');
  openssl('x509', '-in', 'rsa.crt', '-outform', 'DER', '-out', 'der.crt');
});

describe('a key provided by an operator', () => {
  it.each([
    ['RSA in PKCS #8', 'rsa.key', 'rsa.crt'],
    ['RSA in PKCS #1', 'pkcs1.key', 'rsa.crt'],
    ['P-256 in PKCS #8', 'ec.key', 'ec.crt'],
    ['P-256 in SEC 1', 'sec1.key', 'ec.crt'],
    ['for mail, and for web clients too', 'mail.key', 'mail.crt'],
  ])('signs: %s', async (_, key, certificate) => {
    const signer = await open(key, certificate);
    const bytes = await signPdf({ pdf: plainPdf(), signer, reason: 'r', name: 'n', signedAt: new Date() });
    expect(verifyPdf({ bytes, trust: trustIn(signer) }).verdict).toBe('valid');
  });

  it.each([
    ['encrypted, PKCS #8', 'encrypted.key', 'rsa.crt', 'key_unreadable', 'it is encrypted'],
    ['encrypted, PKCS #1', 'encrypted1.key', 'rsa.crt', 'key_unreadable', 'it is encrypted'],
    ['in DER', 'der.key', 'rsa.crt', 'key_unreadable', 'openssl pkey'],
    ['with a certificate in DER', 'rsa.key', 'der.crt', 'key_unreadable', 'openssl x509'],
    ['swapped with the certificate', 'rsa.crt', 'rsa.key', 'key_unreadable', 'swapped'],
    ['with the certificate of another key', 'rsa.key', 'mail.crt', 'key_mismatch', 'another key'],
    ['P-384', 'p384.key', 'p384.crt', 'key_unsupported', 'EC P-256'],
    ['for a web server', 'web.key', 'web.crt', 'certificate_purpose', 'not for signing documents'],
    ['for encipherment', 'encipherment.key', 'encipherment.crt', 'certificate_purpose', 'digitalSignature'],
    ['for an authority', 'authority.key', 'authority.crt', 'certificate_purpose', 'digitalSignature'],
  ])('is refused: %s', async (_, key, certificate, code, sentence) => {
    const message = expect.stringContaining(sentence);
    await expect(open(key, certificate)).rejects.toMatchObject({ name: 'SigningError', code, message });
  });

  it('is refused if it is damaged', () => {
    const pem = readFileSync(join(folder, 'rsa.key'), 'utf8').replace('MII', 'MIK');
    const certificateChainPem = readFileSync(join(folder, 'rsa.crt'), 'utf8');
    expect(() => openPemSigner({ keyPem: pem, certificateChainPem, now: new Date() })).toThrowError('damaged');
  });
});
