import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import {
  BasicConstraintsExtension,
  Extension,
  type X509Certificate as GeneratedCertificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { beforeAll, describe, expect, it } from 'vitest';
import { requireChain } from '../../verify/src/certificates.js';

/** An authority whose own authority set it a limit, and who goes beyond. */

const AT = new Date('2026-06-01T00:00:00Z');
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

interface Holder {
  readonly certificate: GeneratedCertificate;
  readonly keys: CryptoKeyPair;
}

async function issue(name: string, by: Holder | undefined, ...extensions: Extension[]): Promise<Holder> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: by?.certificate.subject ?? `CN=${name}`,
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2027-01-01T00:00:00Z'),
    signingAlgorithm: ALGORITHM,
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
  it('may be as long as each authority in it allows', async () => {
    const upper = await issue('upper', root, authority(1));
    const lower = await issue('lower', upper, authority(0));
    expect(verdictOf(chainOf(await issue('leaf', lower), lower, upper))).toBe(3);
  });

  it('is refused when an authority made another one that it may not make', async () => {
    const upper = await issue('upper', root, authority(0));
    const lower = await issue('lower', upper, authority());
    expect(verdictOf(chainOf(await issue('leaf', lower), lower, upper))).toContain('so many authorities below it');
    expect(verdictOf(chainOf(await issue('leaf', upper), upper))).toBe(2);
  });

  it('is refused when an authority is bound to names, or to anything else that is not looked at', async () => {
    const names = Buffer.from('3010a00e300c820a6578616d706c652e6f7267', 'hex');
    const bound = (critical: boolean) => issue('bound', root, authority(), new Extension('2.5.29.30', critical, names));
    const [critical, other] = [await bound(true), await bound(false)];
    expect(verdictOf(chainOf(await issue('leaf', critical), critical))).toContain('critical extension');
    expect(verdictOf(chainOf(await issue('leaf', other), other))).toBe(2);
  });
});
