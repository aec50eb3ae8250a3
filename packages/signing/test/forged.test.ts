import { createHash } from 'node:crypto';
import { canonicalJson } from '@evidence/contracts';
import { verifyAttestation, verifyPdf } from '@evidence/verify';
import { beforeAll, describe, expect, it } from 'vitest';
import { attest, type Signer, signPdf } from '../src/index.js';
import { makePdf, plainPdf } from './pdfs.js';
import { makeSigner, trustIn } from './signers.js';

let signer: Signer;
let attacker: Signer;

beforeAll(async () => {
  [{ signer }, { signer: attacker }] = await Promise.all([makeSigner(), makeSigner()]);
});

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const sign = (pdf: Uint8Array, by: Signer) =>
  signPdf({ pdf, signer: by, reason: 'Evidence report', name: 'Evidence Reports' });
const attestTo = (artifact: Uint8Array, by: Signer) =>
  attest({
    subjectName: 'rpt_2026_a.json',
    sha256: sha256Of(artifact),
    predicateType: 'https://example.org/evidence-report/v1',
    predicate: { report: 'rpt_2026_a' },
    signer: by,
  });

describe('a PDF from someone else', () => {
  it('is refused if it was signed again with a certificate that it contains', async () => {
    const forged = await sign(await makePdf(3), attacker);
    expect(verifyPdf({ bytes: forged, trust: trustIn(signer) })).toMatchObject({ verdict: 'key_unknown' });
    expect(verifyPdf({ bytes: forged, trust: trustIn(attacker) })).toMatchObject({ verdict: 'valid' });
  });

  it('is refused if it contains the certificate of the trusted key but was signed with another key', async () => {
    const pretender: Signer = { ...signer, sign: (bytes) => attacker.sign(bytes) };
    const forged = await sign(await makePdf(3), pretender);
    expect(verifyPdf({ bytes: forged, trust: trustIn(signer) })).toMatchObject({ verdict: 'signature_invalid' });
  });

  it('is refused if the signature of one report was moved to another', async () => {
    const [genuine, other] = await Promise.all([sign(plainPdf(), signer), sign(editedPdf(), attacker)]);
    const moved = Buffer.from(other);
    const gapOf = (bytes: Uint8Array) => Buffer.from(bytes).indexOf('/Contents <') + '/Contents '.length;
    Buffer.from(genuine).copy(moved, gapOf(other), gapOf(genuine), gapOf(genuine) + 2 + 2 * 12 * 1024);
    expect(verifyPdf({ bytes: moved, trust: trustIn(signer) })).toMatchObject({ verdict: 'content_changed' });
  });

  it('is refused if anything was appended, even a complete revision', async () => {
    const signed = await sign(plainPdf(), signer);
    const appended = Buffer.concat([signed, Buffer.from('\n% and all findings are fixed\n%%EOF\n')]);
    expect(verifyPdf({ bytes: appended, trust: trustIn(signer) })).toMatchObject({ verdict: 'not_fully_covered' });
    expect(verifyPdf({ bytes: signed.subarray(0, -1), trust: trustIn(signer) })).toMatchObject({
      verdict: 'not_fully_covered',
    });
  });

  it('is refused if it is not signed', async () => {
    expect(verifyPdf({ bytes: await makePdf(3), trust: trustIn(signer) })).toMatchObject({ verdict: 'not_signed' });
    expect(verifyPdf({ bytes: Buffer.from('{}'), trust: trustIn(signer) })).toMatchObject({ verdict: 'not_a_pdf' });
  });

  /** A PDF of the same length, so that the gap is in the same place. */
  const editedPdf = () => Buffer.from(Buffer.from(plainPdf()).toString('latin1').replace('842', '841'), 'latin1');
});

describe('an attestation', () => {
  const report = Buffer.from(canonicalJson({ id: 'rpt_2026_a', findings: [] }));
  const otherReport = Buffer.from(canonicalJson({ id: 'rpt_2026_b', findings: [] }));

  it('is accepted for its artifact, given as bytes or as digest, and is the same each time', async () => {
    const envelope = await attestTo(report, signer);
    expect(
      verifyAttestation({ artifact: { bytes: report }, envelope, trust: trustIn(attacker, signer) }),
    ).toMatchObject({
      verdict: 'valid',
      predicateType: 'https://example.org/evidence-report/v1',
      signedBy: { keyId: signer.keyId, isDevelopmentKey: true },
    });
    const artifact = { sha256: sha256Of(report) };
    expect(verifyAttestation({ artifact, envelope, trust: trustIn(signer) })).toMatchObject({ verdict: 'valid' });
    expect(await attestTo(report, signer)).toEqual(envelope);
  });

  it('is refused for another artifact', async () => {
    const envelope = await attestTo(otherReport, signer);
    expect(verifyAttestation({ artifact: { bytes: report }, envelope, trust: trustIn(signer) })).toMatchObject({
      verdict: 'subject_mismatch',
    });
  });

  it('is refused if an untrusted key signed it, under its own id or that of the trusted key', async () => {
    const trust = trustIn(signer);
    const own = await attestTo(report, attacker);
    expect(verifyAttestation({ artifact: { bytes: report }, envelope: own, trust })).toMatchObject({
      verdict: 'key_unknown',
    });
    const borrowed = await attestTo(report, { ...attacker, keyId: signer.keyId });
    expect(verifyAttestation({ artifact: { bytes: report }, envelope: borrowed, trust })).toMatchObject({
      verdict: 'signature_invalid',
    });
  });

  it('is refused if it is really a PDF signature', async () => {
    // Domain separation: the signed attributes of a CMS never begin with "DSSEv1".
    const pdf = await sign(plainPdf(), signer);
    expect(verifyAttestation({ artifact: { bytes: pdf }, envelope: pdf, trust: trustIn(signer) })).toMatchObject({
      verdict: 'malformed',
    });
  });
});
