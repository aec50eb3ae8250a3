import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTrust, verifyPdf } from '@evidence/verify';
import { beforeAll, describe, expect, it } from 'vitest';
import { KeyRing, type Signer, signPdf } from '../src/index.js';
import { plainPdf } from './pdfs.js';
import { makeSigner } from './signers.js';

const at = (time: string): Date => new Date(`2026-${time}:00:00Z`);
const [JUNE, JULY, AUGUST] = [at('06-01T00'), at('07-01T00'), at('08-01T00')];

let old: Signer;
let oldCertificateChainPem: string;
let fresh: Signer;

beforeAll(async () => {
  const [first, second] = await Promise.all([makeSigner(), makeSigner()]);
  old = first.signer;
  oldCertificateChainPem = await readFile(join(first.folder, 'signing-certificate.pem'), 'utf8');
  fresh = second.signer;
});

/** The new key signs from July on; the old one is retired an hour later, so that its last signatures can be time-stamped. */
const rotated = () =>
  new KeyRing([
    { signer: old, validFrom: JUNE, retiredAt: at('07-01T01') },
    { signer: fresh, validFrom: JULY },
  ]);
const trustOf = (ring: KeyRing) => readTrust(JSON.stringify(ring.jwks()));
const sign = (signer: Signer, signedAt?: Date) =>
  signPdf({
    pdf: plainPdf(),
    signer,
    reason: 'Evidence report',
    name: 'Evidence Reports',
    ...(signedAt && { signedAt }),
  });

describe('a key ring', () => {
  it('signs with the newest key in use', () => {
    const ring = rotated();
    expect(ring.activeAt(JUNE).keyId).toBe(old.keyId);
    expect(ring.activeAt(at('06-30T23')).keyId).toBe(old.keyId);
    expect(ring.activeAt(JULY).keyId).toBe(fresh.keyId);
    expect(ring.activeAt(AUGUST).keyId).toBe(fresh.keyId);
  });

  it('has no key before the first period and after the last', () => {
    const notInUse = expect.objectContaining({ name: 'SigningError', code: 'key_not_in_use' });
    expect(() => rotated().activeAt(at('05-01T00'))).toThrowError(notInUse);
    expect(() => new KeyRing([{ signer: old, validFrom: JUNE, retiredAt: JULY }]).activeAt(JULY)).toThrowError(
      notInUse,
    );
  });

  it('does not sign once the certificate of the key has expired, even if it was opened long before', () => {
    const ring = rotated();
    expect(ring.activeAt(at('12-01T00')).keyId).toBe(fresh.keyId);
    expect(() => ring.activeAt(new Date('2040-01-01T00:00:00Z'))).toThrowError(
      expect.objectContaining({ name: 'SigningError', code: 'certificate_expired' }),
    );
  });

  it('publishes every key with its period, including a retired key of which only the certificate is left', () => {
    const ring = new KeyRing([
      { certificateChainPem: oldCertificateChainPem, validFrom: JUNE, retiredAt: JULY },
      { signer: fresh, validFrom: JULY },
    ]);
    const seconds = (time: Date) => time.getTime() / 1000;
    expect(ring.jwks().keys).toMatchObject([
      { kid: old.keyId, nbf: seconds(JUNE), exp: seconds(JULY) },
      { kid: fresh.keyId, nbf: seconds(JULY) },
    ]);
    expect(ring.jwks().keys[1]).not.toHaveProperty('exp');
    expect(() => ring.activeAt(JUNE)).toThrowError(expect.objectContaining({ code: 'key_not_in_use' }));
  });

  it.each([
    ['no key', () => []],
    [
      'one key twice',
      () => [
        { signer: old, validFrom: JUNE },
        { signer: old, validFrom: JULY },
      ],
    ],
    ['a key retired before it is valid', () => [{ signer: old, validFrom: JULY, retiredAt: JUNE }]],
  ])('refuses %s', (_, keys) => {
    expect(() => new KeyRing(keys())).toThrowError(expect.objectContaining({ code: 'key_mismatch' }));
  });
});

describe('after a rotation', () => {
  it('a signature that the old key made in its period stays valid, with the caveat that the time is the signer’s claim', async () => {
    const verification = verifyPdf({ bytes: await sign(old, at('06-15T12')), trust: trustOf(rotated()) });
    expect(verification).toMatchObject({
      verdict: 'valid',
      signingTime: { at: at('06-15T12'), basis: 'claimed' },
    });
    expect(verification.doesNotProve.join()).toContain('its period ends at 2026-07-01T01:00:00.000Z');
  });

  it.each([
    ['signed with the old key after its retirement', 'key_retired', () => sign(old, AUGUST)],
    ['signed with the old key, without a time', 'key_retired', () => sign(old)],
    ['signed with the new key before its period', 'key_not_yet_valid', () => sign(fresh, JUNE)],
  ])('a report %s is refused: %s', async (_, verdict, signed) => {
    expect(verifyPdf({ bytes: await signed(), trust: trustOf(rotated()) }).verdict).toBe(verdict);
  });
});
