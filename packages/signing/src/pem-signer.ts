import { createPrivateKey, type KeyObject, sign, type X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { subjectOf } from '@evidence/verify/formats';
import { readCertificateChain, requireUsable } from './certificate-chain.js';
import { keyFilesOf, readKeyFile } from './key-files.js';
import type { Signer } from './port.js';
import { SigningError } from './signing-error.js';

export interface PemKey {
  /** PKCS #8 (or PKCS #1, SEC 1), not encrypted. */
  readonly keyPem: string;
  /** The signing certificate, then its issuers, each issued by the next. */
  readonly certificateChainPem: string;
  /** The time at which the certificate must be valid. */
  readonly now: Date;
}

export type KeySource =
  | { readonly folder: string; readonly now: Date }
  | { readonly keyFile: string; readonly certificateFile: string; readonly now: Date };

/** Signs in libuv's thread pool, so that 2 ms of RSA do not block the event loop. */
const signAsync = promisify(sign);

/**
 * Opens the signer whose files are in `folder` (as written by `ensureDevelopmentAuthority`) or given one by one. Throws
 * `SigningError` with a key or certificate code; a service that signs must then not start.
 */
export async function openSigner(source: KeySource): Promise<Signer> {
  const { keyFile, certificateFile } = 'folder' in source ? keyFilesOf(source.folder) : source;
  const [keyPem, certificateChainPem] = await Promise.all([readKeyFile(keyFile), readKeyFile(certificateFile)]);
  return openPemSigner({ keyPem, certificateChainPem, now: source.now });
}

/** Opens a signer from PEM text. Throws `SigningError`: see its key and certificate codes. */
export function openPemSigner({ keyPem, certificateChainPem, now }: PemKey): Signer {
  const key = readPrivateKey(keyPem);
  const { leaf, published } = readCertificateChain(certificateChainPem);
  requireOwnCertificate(leaf, key);
  requireUsable(leaf, now);
  return { ...published, sign: (bytes) => signAsync('sha256', bytes, key) };
}

function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new SigningError('key_unreadable', `The signing key cannot be used: ${whatIsWrongWith(pem)}.`, { cause });
  }
}

function whatIsWrongWith(pem: string): string {
  if (/-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    return 'it is encrypted. Store it without a passphrase in a file that only this service may read, or as PKCS #12 with a passphraseFile in SIGNING_KEYS_FILE';
  }
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return 'its PEM is damaged';
  if (pem.includes('-----BEGIN '))
    return 'the file contains PEM but no private key. Perhaps key and certificate were swapped';
  return 'it is not PEM. Convert it with `openssl pkey -in <file> -out key.pem`';
}

function requireOwnCertificate(leaf: X509Certificate, key: KeyObject): void {
  if (leaf.checkPrivateKey(key)) return;
  throw new SigningError(
    'key_mismatch',
    `The certificate of ${subjectOf(leaf)} belongs to another key: give the certificate of this key.`,
  );
}
