import { createHash, verify, X509Certificate } from 'node:crypto';
import { verifyAttestation, verifyPdf } from '@evidence/verify';
import {
  type DerValue,
  der,
  digestAround,
  findPdfSignature,
  membersOf,
  readDer,
  readGap,
  readSignedData,
  sequence,
  signedAttributes,
  unpadded,
} from '@evidence/verify/formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { attest, type Signer, signPdf } from '../src/index.js';
import { plainPdf } from './pdfs.js';
import { makeEcSigner, NOW, trustIn } from './signers.js';

/** From an ECDSA signature (r, s) anyone can make (r, n - s): also valid, but not the bytes that the signer made. */

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SIGNATURES = 8;

let signer: Signer;
beforeAll(async () => {
  signer = await makeEcSigner();
});

const numberIn = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
function mirrored(signature: Uint8Array): Uint8Array {
  const [r, s] = membersOf(readDer(signature));
  const octets = Buffer.from((ORDER - numberIn(s!.content)).toString(16).padStart(64, '0'), 'hex');
  const first = octets.findIndex((octet) => octet !== 0);
  const sign = octets[first]! >= 0x80 ? [0] : [];
  return sequence(r!.encoded, der(0x02, Uint8Array.from([...sign, ...octets.subarray(first)])));
}

/** `value` with other content in an OCTET STRING, and with corrected lengths around it. */
function exchanged(value: DerValue, from: Uint8Array, to: Uint8Array): Uint8Array {
  const isConstructed = (value.tag & 0x20) !== 0;
  if (isConstructed) return der(value.tag, ...membersOf(value).map((each) => exchanged(each, from, to)));
  return Buffer.compare(value.content, from) === 0 ? der(value.tag, to) : value.encoded;
}

describe('the other form of an ECDSA signature', () => {
  it('is refused in a PDF, although it is valid', async () => {
    for (let n = 0; n < SIGNATURES; n += 1) {
      const signed = await signPdf({ pdf: plainPdf(), signer, reason: 'r', name: `n${n}`, signedAt: NOW });
      const pdf = Buffer.from(signed);
      const place = findPdfSignature(pdf)!;
      const cms = unpadded(readGap(pdf, place))!;
      const { signature, chain } = readSignedData(cms);
      const other = mirrored(signature);
      const attributes = signedAttributes(digestAround(pdf, place), chain);
      expect(verify('sha256', attributes, new X509Certificate(signer.certificate).publicKey, other)).toBe(true);
      expect(verifyPdf({ bytes: pdf, trust: trustIn(signer) }).verdict).toBe('valid');

      const changed = Buffer.from(exchanged(readDer(cms), signature, other))
        .toString('hex')
        .toUpperCase();
      pdf.write(changed.padEnd(place.gapEnd - place.gapStart - 2, '0'), place.gapStart + 1, 'latin1');
      expect(verifyPdf({ bytes: pdf, trust: trustIn(signer) }).verdict).toBe('malformed');
    }
  });

  it('is refused in an attestation, although it is valid', async () => {
    const bytes = Buffer.from('{}');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    for (let n = 0; n < SIGNATURES; n += 1) {
      const predicateType = 'https://example.org/evidence-report/v1';
      const envelope = await attest({ subjectName: 'r.json', sha256, predicateType, predicate: { n }, signer });
      const verdictOf = (given: Uint8Array) =>
        verifyAttestation({ artifact: { bytes }, envelope: given, trust: trustIn(signer) }).verdict;
      expect(verdictOf(envelope)).toBe('valid');
      const json = JSON.parse(Buffer.from(envelope).toString());
      json.signatures[0].sig = Buffer.from(mirrored(Buffer.from(json.signatures[0].sig, 'base64'))).toString('base64');
      expect(verdictOf(Buffer.from(JSON.stringify(json)))).toBe('signature_invalid');
    }
  });
});
