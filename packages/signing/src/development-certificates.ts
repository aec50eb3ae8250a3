import { KeyObject } from 'node:crypto';
import { DEVELOPMENT_KEY_MARK } from '@evidence/verify/formats';
import { positiveInteger } from './random-integer.js';

const DAY_MS = 24 * 60 * 60 * 1000;
/** The clocks of a deployment differ; a certificate must not start in the future of any of them. */
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

/** document signing (RFC 9336 §3.1). Used together with emailProtection, which NSS, and so pdfsig, requires of a signer. */
const DOCUMENT_SIGNING = '1.3.6.1.5.5.7.3.36';

const AUTHORITY_NAME = `O=Evidence Reports,CN=Evidence Reports ${DEVELOPMENT_KEY_MARK} authority`;
const SIGNER_NAME = `O=Evidence Reports,CN=Evidence Reports ${DEVELOPMENT_KEY_MARK}`;

/** All PEM: PKCS #8 keys, X.509 certificates. */
export interface IssuedKey {
  readonly authorityKeyPem: string;
  readonly authorityCertificatePem: string;
  readonly keyPem: string;
  readonly certificatePem: string;
}

const generateKeys = () => crypto.subtle.generateKey(RSA_3072, true, ['sign', 'verify']);

type KeyPair = Awaited<ReturnType<typeof generateKeys>>;

/** The inputs for both certificates. */
interface Issuing {
  readonly x509: typeof import('@peculiar/x509');
  readonly authorityKeys: KeyPair;
  readonly now: Date;
  readonly serialNumber: () => string;
}

/**
 * Makes an authority and a signing key with its certificate. Node can read certificates but not issue them, and issuing
 * X.509 is not our core: hence @peculiar/x509, which is well maintained and uses Node's Web Crypto. It is imported on
 * first use because loading it takes 0.1 s, which later starts do not need.
 */
export async function issueDevelopmentKey(now: Date, randomBytes: (count: number) => Uint8Array): Promise<IssuedKey> {
  // @peculiar/x509 2.2 (through tsyringe) does not load without it.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const [authorityKeys, signingKeys] = await Promise.all([generateKeys(), generateKeys()]);
  const issuing = {
    x509,
    authorityKeys,
    now,
    serialNumber: () => Buffer.from(positiveInteger(randomBytes(SERIAL_BYTES))).toString('hex'),
  };
  const authority = await authorityCertificate(issuing);
  const certificate = await signingCertificate(issuing, signingKeys.publicKey);
  return {
    authorityKeyPem: privatePemOf(authorityKeys.privateKey),
    authorityCertificatePem: `${authority.toString('pem')}\n`,
    keyPem: privatePemOf(signingKeys.privateKey),
    certificatePem: `${certificate.toString('pem')}\n`,
  };
}

async function authorityCertificate({ x509, authorityKeys, now, serialNumber }: Issuing) {
  return x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: AUTHORITY_NAME,
      ...validity(now, AUTHORITY_VALID_FOR_MS),
      keys: authorityKeys,
      signingAlgorithm: RSA_3072,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
}

/** It has no OCSP, CRL or issuer URL: no authority serves them for a locally made key. */
async function signingCertificate(issuing: Issuing, publicKey: KeyPair['publicKey']) {
  const { x509, authorityKeys, now, serialNumber } = issuing;
  return x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: SIGNER_NAME,
      issuer: AUTHORITY_NAME,
      ...validity(now, SIGNING_VALID_FOR_MS),
      publicKey,
      signingKey: authorityKeys.privateKey,
      signingAlgorithm: RSA_3072,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.emailProtection, DOCUMENT_SIGNING]),
        await x509.SubjectKeyIdentifierExtension.create(publicKey, false, crypto),
        await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
}

function validity(now: Date, validForMs: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - CLOCK_SKEW_MS), notAfter: new Date(now.getTime() + validForMs) };
}

function privatePemOf(key: KeyPair['privateKey']): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}
