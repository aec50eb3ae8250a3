import { describe, expect, it } from 'vitest';
import { readAuthorities, readTrust, type Verification, verifyAttestation, verifyPdf } from '../src/index.js';
import { TRUST, textVector, vector } from './vectors.js';

/** A low bit, which keeps most digits digits; the bit of letter case; the bit beyond ASCII. */
const FLIPS = [0x01, 0x20, 0x80] as const;

/** Some 100,000 verifications take half a minute on an idle machine. */
const EVERY_BYTE_TIMEOUT_MS = 120_000;

/** The flips of one bit that go undetected, as `offset^flip`. */
function unseenFlips(
  bytes: Buffer,
  flips: readonly number[],
  verify: () => Verification,
  { from = 0, step = 1 } = {},
): string[] {
  const unseen: string[] = [];
  for (let offset = from; offset < bytes.length; offset += step) {
    const original = bytes[offset]!;
    for (const flip of flips) {
      bytes[offset] = original ^ flip;
      if (verify().verdict === 'valid') unseen.push(`${offset}^${flip}`);
    }
    bytes[offset] = original;
  }
  return unseen;
}

describe('a change of any one byte is refused', () => {
  it(
    'in a signed PDF: content, certificates, padding and letter case of the signature',
    () => {
      const bytes = vector('report.pdf');
      const verify = () => verifyPdf({ bytes, trust: TRUST });
      expect(verify().verdict).toBe('valid');
      expect(unseenFlips(bytes, [0x01], verify)).toEqual([]);

      const gapStart = bytes.indexOf('/Contents <') + '/Contents '.length;
      const letters = [...bytes.keys()].filter((at) => at > gapStart && /[A-F]/.test(String.fromCharCode(bytes[at]!)));
      const signatureLetters = letters.filter((at) => at < bytes.indexOf('>', gapStart));
      expect(signatureLetters.length).toBeGreaterThan(1000);
      for (const at of signatureLetters) {
        bytes[at]! ^= 0x20;
        expect(verify().verdict).toBe('malformed');
        bytes[at]! ^= 0x20;
      }
      expect(verify().verdict).toBe('valid');
    },
    EVERY_BYTE_TIMEOUT_MS,
  );

  /**
   * Every byte that a level adds. The bytes before it are tested in full one level below, and here as a sample: all of them
   * at all levels take a minute (done on 2026-11-24, with three flips each).
   */
  const SAMPLE_STEP = 13;
  const trust = readTrust(textVector('archive.jwks.json'));
  const authorities = readAuthorities(textVector('authorities.pem'));

  it.each([
    ['B-T', 'time-stamped.pdf', undefined],
    ['B-LT', 'kept.pdf', 'time-stamped.pdf'],
    ['B-LTA', 'archived.pdf', 'kept.pdf'],
  ])(
    'in a PDF of level %s',
    (level, name, below) => {
      const bytes = vector(name);
      const from = below === undefined ? 0 : vector(below).length;
      const verify = () => verifyPdf({ bytes, trust, authorities });
      expect(verify()).toMatchObject({ verdict: 'valid', level });
      expect(unseenFlips(bytes, [0x01], verify, { from })).toEqual([]);
      expect(unseenFlips(bytes, [0x20], verify, { step: SAMPLE_STEP })).toEqual([]);
    },
    EVERY_BYTE_TIMEOUT_MS,
  );

  it('in the time-stamp of an attestation', () => {
    const artifact = { bytes: vector('report.json') };
    const envelope = vector('time-stamped.dsse.json');
    const timestamp = vector('time-stamped.dsse.json.tst');
    const verify = () => verifyAttestation({ artifact, envelope, trust, timestamp, authorities });
    expect(verify().verdict).toBe('valid');
    expect(unseenFlips(timestamp, FLIPS, verify)).toEqual([]);
    expect(verify().verdict).toBe('valid');
  });

  it('in a JSON report', () => {
    const bytes = vector('report.json');
    const envelope = vector('report.json.dsse.json');
    const verify = () => verifyAttestation({ artifact: { bytes }, envelope, trust: TRUST });
    expect(verify().verdict).toBe('valid');
    expect(unseenFlips(bytes, FLIPS, verify)).toEqual([]);
  });

  it('in an attestation', () => {
    const bytes = vector('report.json');
    const envelope = vector('report.json.dsse.json');
    const verify = () => verifyAttestation({ artifact: { bytes }, envelope, trust: TRUST });
    expect(unseenFlips(envelope, FLIPS, verify)).toEqual([]);
    expect(verify().verdict).toBe('valid');
  });
});
