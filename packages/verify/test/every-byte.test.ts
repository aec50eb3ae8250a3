import { describe, expect, it } from 'vitest';
import { type Verification, verifyAttestation, verifyPdf } from '../src/index.js';
import { TRUST, vector } from './vectors.js';

/** A low bit, which keeps most digits digits; the bit of letter case; the bit that leaves ASCII. */
const FLIPS = [0x01, 0x20, 0x80] as const;

/** Some 45,000 verifications: 5 s alone on the machine, more when it is shared. */
const EVERY_BYTE_TIMEOUT_MS = 120_000;

/** Where a flip of one bit goes unseen, in the form `offset^flip`. */
function unseenFlips(bytes: Buffer, flips: readonly number[], verify: () => Verification): string[] {
  const unseen: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += 1) {
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
