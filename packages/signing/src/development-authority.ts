import { randomBytes as nodeRandomBytes, webcrypto } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { DEVELOPMENT_KEY_MARK } from '@evidence/verify';
import { keyFilesOf } from './key-files.js';
import { SigningError } from './signing-error.js';

export interface EnsureDevelopmentAuthority {
  /** Made when it is not there. It must hold nothing else. */
  readonly folder: string;
  readonly now: Date;
  /** For the serial numbers; keys come from the platform's generator. */
  readonly randomBytes?: (count: number) => Uint8Array;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Clocks of one deployment differ; a certificate must not start in anybody's future. */
const CLOCK_SKEW_MS = 60 * 60 * 1000;
const AUTHORITY_VALID_FOR_MS = 10 * 365 * DAY_MS;
const SIGNING_VALID_FOR_MS = 5 * 365 * DAY_MS;
/** RFC 5280 §4.1.2.2: a serial number takes at most 20 octets. */
const SERIAL_BYTES = 16;

/** Deterministic signatures (RFC 8017 §8.2) and 128 bits of security (NIST SP 800-57 part 1 §5.6.1). */
const RSA_3072 = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 3072,
  publicExponent: Uint8Array.of(1, 0, 1),
} as const;

/** document signing (RFC 9336 §3.1). Beside emailProtection, which the NSS behind pdfsig asks of a signer. */
const DOCUMENT_SIGNING = '1.3.6.1.5.5.7.3.36';

/**
 * Sees to it that `folder` holds a local certificate authority and a signing key with its certificate, and leaves
 * what is there alone. They are made in a folder beside it which is then renamed: all files appear at once, and of two
 * processes that start together one wins and both use the winner's. Throws `SigningError` `folder_unusable`.
 */
export async function ensureDevelopmentAuthority(request: EnsureDevelopmentAuthority): Promise<void> {
  const folder = resolve(request.folder);
  try {
    await mkdir(dirname(folder), { recursive: true });
    const present = await namesIn(folder);
    if (present.includes(basename(keyFilesOf(folder).keyFile))) return;
    if (present.length > 0) throw new Error('it holds other files, which are not overwritten');
    await makeBeside(folder, request);
  } catch (cause) {
    throw new SigningError(
      'folder_unusable',
      `No development key can be kept in ${folder}: ${(cause as Error).message}. Name an empty folder that can be written.`,
      { cause },
    );
  }
}

async function makeBeside(
  folder: string,
  { now, randomBytes = nodeRandomBytes }: EnsureDevelopmentAuthority,
): Promise<void> {
  // mkdtemp gives mode 0700 and a name that nobody else uses.
  const draft = await mkdtemp(`${folder}.draft-`);
  try {
    const { keyFile, certificateFile, authorityKeyFile, authorityCertificateFile } = keyFilesOf(draft);
    const made = await makeAuthority(now, randomBytes);
    await writeDurably(authorityKeyFile, made.authorityKeyPem);
    await writeDurably(authorityCertificateFile, made.authorityCertificatePem);
    await writeDurably(keyFile, made.keyPem);
    await writeDurably(certificateFile, `${made.certificatePem}${made.authorityCertificatePem}`);
    await rename(draft, folder);
    await syncFolder(dirname(folder));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // POSIX rename replaces an empty folder and refuses a filled one: another process was first.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

interface MadeAuthority {
  readonly authorityKeyPem: string;
  readonly authorityCertificatePem: string;
  readonly keyPem: string;
  readonly certificatePem: string;
}

/**
 * Node can read certificates and cannot issue them, and X.509 by hand is no core of ours: hence @peculiar/x509, which
 * uses Web Crypto and is widely used. Imported on first use only, since it takes 0.1 s that a later start need not spend.
 */
async function makeAuthority(now: Date, randomBytes: (count: number) => Uint8Array): Promise<MadeAuthority> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const { subtle } = webcrypto;
  const authorityKeys = await subtle.generateKey(RSA_3072, true, ['sign', 'verify']);
  const keys = await subtle.generateKey(RSA_3072, true, ['sign', 'verify']);
  const notBefore = new Date(now.getTime() - CLOCK_SKEW_MS);
  // The top bit off, so that the INTEGER is positive; the next one on, so that it is never zero or short.
  const serialNumber = (): string => {
    const [first = 0, ...rest] = randomBytes(SERIAL_BYTES);
    return Buffer.from([(first & 0x3f) | 0x40, ...rest]).toString('hex');
  };
  const authorityName = `O=Evidence Reports,CN=Evidence Reports ${DEVELOPMENT_KEY_MARK} authority`;
  const authority = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: authorityName,
      notBefore,
      notAfter: new Date(now.getTime() + AUTHORITY_VALID_FOR_MS),
      keys: authorityKeys,
      signingAlgorithm: RSA_3072,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: `O=Evidence Reports,CN=Evidence Reports ${DEVELOPMENT_KEY_MARK}`,
      issuer: authorityName,
      notBefore,
      notAfter: new Date(now.getTime() + SIGNING_VALID_FOR_MS),
      publicKey: keys.publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: RSA_3072,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.emailProtection, DOCUMENT_SIGNING]),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return {
    authorityKeyPem: await pemOf(authorityKeys.privateKey),
    authorityCertificatePem: `${authority.toString('pem')}\n`,
    keyPem: await pemOf(keys.privateKey),
    certificatePem: `${certificate.toString('pem')}\n`,
  };
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${pkcs8.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END PRIVATE KEY-----\n`;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
