import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import {
  BasicConstraintsExtension,
  Extension,
  type X509Certificate as GeneratedCertificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { beforeAll, describe, expect, it } from 'vitest';
import { requireChain } from '../../verify/src/x509/certificates.js';

/** Authorities that exceed the limits set by their own authority. */

const AT = new Date('2026-06-01T00:00:00Z');
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

const RSA = { name: 'RSASSA-PKCS1-v1_5', publicExponent: Uint8Array.of(1, 0, 1) };
const SHORT_RSA = { ...RSA, modulusLength: 1024, hash: 'SHA-256' };
const SHA1_RSA = { ...RSA, modulusLength: 2048, hash: 'SHA-1' };

interface Holder {
  readonly certificate: GeneratedCertificate;
  readonly keys: CryptoKeyPair;
}

const issue = (name: string, by: Holder | undefined, ...extensions: Extension[]) =>
  issueFor(ALGORITHM, name, by, ...extensions);

async function issueFor(
  algorithm: typeof ALGORITHM | typeof SHORT_RSA | typeof SHA1_RSA,
  name: string,
  by: Holder | undefined,
  ...extensions: Extension[]
): Promise<Holder> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: by?.certificate.subject ?? `CN=${name}`,
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2027-01-01T00:00:00Z'),
    signingAlgorithm: (by?.keys ?? keys).privateKey.algorithm as typeof ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: (by?.keys ?? keys).privateKey,
    extensions,
  });
  return { certificate, keys };
}

const authority = (pathLength?: number) => new BasicConstraintsExtension(true, pathLength, true);
const chainOf = (...holders: Holder[]) =>
  holders.map(({ certificate }) => new X509Certificate(Buffer.from(certificate.rawData)));

let root: Holder;
beforeAll(async () => {
  root = await issue('root', undefined, authority());
});

const verdictOf = (chain: X509Certificate[]) => {
  try {
    return requireChain(chain, AT, chainOf(root)).length;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a chain', () => {
  it('may be as long as its authorities allow', async () => {
    const upper = await issue('upper', root, authority(1));
    const lower = await issue('lower', upper, authority(0));
    expect(verdictOf(chainOf(await issue('leaf', lower), lower, upper))).toBe(3);
  });

  it('is refused if an authority issued another one without permission', async () => {
    const upper = await issue('upper', root, authority(0));
    const lower = await issue('lower', upper, authority());
    expect(verdictOf(chainOf(await issue('leaf', lower), lower, upper))).toContain('so many authorities below it');
    expect(verdictOf(chainOf(await issue('leaf', upper), upper))).toBe(2);
  });

  it('is refused if an authority has name constraints, or other constraints that are not checked', async () => {
    const names = Buffer.from('3010a00e300c820a6578616d706c652e6f7267', 'hex');
    const bound = (critical: boolean) => issue('bound', root, authority(), new Extension('2.5.29.30', critical, names));
    const [critical, other] = [await bound(true), await bound(false)];
    expect(verdictOf(chainOf(await issue('leaf', critical), critical))).toContain('critical extension');
    expect(verdictOf(chainOf(await issue('leaf', other), other))).toBe(2);
  });

  it('is refused if an authority has a short key, or signs with SHA-1', async () => {
    const short = await issueFor(SHORT_RSA, 'short', root, authority());
    expect(verdictOf(chainOf(await issue('leaf', short), short))).toContain('too short');
    const old = await issueFor(SHA1_RSA, 'old', root, authority());
    expect(verdictOf(chainOf(await issue('leaf', old), old))).toContain('SHA-2');
  });

  it('names the missing authority', async () => {
    const stranger = await issue('stranger', undefined, authority());
    expect(verdictOf(chainOf(await issue('leaf', stranger)))).toContain(
      'issued by CN=stranger, which you do not trust',
    );
  });
});
