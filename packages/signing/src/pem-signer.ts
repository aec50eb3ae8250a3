import { createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { algorithmOf, isDevelopmentCertificate, keyIdOf } from '@evidence/verify';
import { keyFilesOf } from './key-files.js';
import type { Signer } from './port.js';
import { SigningError } from './signing-error.js';

export interface PemKey {
  /** PKCS #8 (or PKCS #1, SEC 1), not encrypted. */
  readonly keyPem: string;
  /** The signing certificate, then its issuers, each issued by the next. */
  readonly certificateChainPem: string;
  /** For the validity of the certificate. */
  readonly now: Date;
}

export type KeySource =
  | { readonly folder: string; readonly now: Date }
  | { readonly keyFile: string; readonly certificateFile: string; readonly now: Date };

/** More than any real chain; all of it goes into every signed PDF. */
const CHAIN_MAX_CERTIFICATES = 5;

/** libuv's thread pool signs, so that 2 ms of RSA do not hold up the event loop. */
const signAsync = promisify(sign);

/**
 * Opens the signer whose files are in `folder` (as `ensureDevelopmentAuthority` lays them out) or are named one by one.
 * Throws `SigningError` with a key or certificate code: a service that signs must then not start.
 */
export async function openSigner(source: KeySource): Promise<Signer> {
  const { keyFile, certificateFile } = 'folder' in source ? keyFilesOf(source.folder) : source;
  const [keyPem, certificateChainPem] = await Promise.all([readKeyFile(keyFile), readKeyFile(certificateFile)]);
  return openPemSigner({ keyPem, certificateChainPem, now: source.now });
}

/** Opens a signer from PEM text. Throws `SigningError`: see its key and certificate codes. */
export function openPemSigner({ keyPem, certificateChainPem, now }: PemKey): Signer {
  const key = readPem('signing key', () => createPrivateKey(keyPem));
  const [leaf, ...issuers] = readChain(certificateChainPem);
  const algorithm = algorithmOf(leaf.publicKey);
  if (algorithm === undefined) {
    throw new SigningError(
      'key_unsupported',
      'The signing key must be RSA of at least 2048 bits or EC P-256: make another.',
    );
  }
  requireOwnCertificate(leaf, key);
  requireOrder([leaf, ...issuers]);
  requireValidAt(leaf, now);
  return {
    keyId: keyIdOf(leaf.publicKey),
    algorithm,
    certificate: leaf.raw,
    chain: issuers.map((issuer) => issuer.raw),
    isDevelopmentKey: isDevelopmentCertificate(leaf),
    sign: (bytes) => signAsync('sha256', bytes, key),
  };
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new SigningError('key_missing', `There is no signing key at ${path}: give the right path, or make a key.`, {
        cause,
      });
    }
    const reason = (cause as Error).message;
    throw new SigningError('key_unreadable', `The signing key at ${path} cannot be read: ${reason}.`, { cause });
  }
}

function readChain(pem: string): [X509Certificate, ...X509Certificate[]] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > CHAIN_MAX_CERTIFICATES) {
    throw new SigningError(
      'key_unreadable',
      `The chain has ${blocks.length} certificates and at most ${CHAIN_MAX_CERTIFICATES} are taken: leave out what is not needed.`,
    );
  }
  const [leaf, ...issuers] = blocks.map((block) => readPem('certificate', () => new X509Certificate(block)));
  if (leaf === undefined) throw new SigningError('key_unreadable', 'The certificate file holds no PEM certificate.');
  return [leaf, ...issuers];
}

function readPem<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new SigningError('key_unreadable', `The ${what} is not readable PEM (a key must not be encrypted).`, {
      cause,
    });
  }
}

function requireOwnCertificate(leaf: X509Certificate, key: KeyObject): void {
  if (leaf.checkPrivateKey(key)) return;
  throw new SigningError(
    'key_mismatch',
    `The certificate of ${subjectOf(leaf)} belongs to another key than the one given.`,
  );
}

function requireOrder(chain: readonly X509Certificate[]): void {
  for (const [index, issuer] of chain.slice(1).entries()) {
    const issued = chain[index]!;
    if (issued.checkIssued(issuer) && issued.verify(issuer.publicKey)) continue;
    throw new SigningError(
      'key_mismatch',
      `${subjectOf(issued)} was not issued by ${subjectOf(issuer)}: put the certificates in order, the signing one first.`,
    );
  }
}

function requireValidAt(leaf: X509Certificate, now: Date): void {
  if (now < leaf.validFromDate) {
    throw new SigningError(
      'certificate_not_yet_valid',
      `The certificate of ${subjectOf(leaf)} is valid from ${leaf.validFrom} only.`,
    );
  }
  if (now > leaf.validToDate) {
    throw new SigningError(
      'certificate_expired',
      `The certificate of ${subjectOf(leaf)} ended on ${leaf.validTo}: renew it.`,
    );
  }
}

const subjectOf = (certificate: X509Certificate): string => certificate.subject.replaceAll('\n', ', ');
