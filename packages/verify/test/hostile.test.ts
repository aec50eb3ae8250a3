import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { der, objectIdentifier, octetString, sequence, setOf, smallInteger } from '../src/asn1/der.js';
import { openPdfFile, readRevisions, securityStoreRevision } from '../src/formats.js';
import { readAuthorities, readTrust, verifyPdf } from '../src/index.js';
import { DOCUMENT_TIMESTAMP_HEAD } from '../src/pdf-file/added-revisions.js';
import { TRUST, textVector, vector } from './vectors.js';

// Files made to stop the verifier rather than to deceive it. Each once crashed it or kept it busy for minutes.

const verdictOf = (pdf: string) => verifyPdf({ bytes: Buffer.from(pdf, 'latin1'), trust: TRUST }).verdict;

/** `/ByteRange [0 a b c] /Contents ` for a gap of `gapBytes` that follows `before`. */
function byteRange(before: string, gapBytes: number): string {
  const range = (at: number) => `/ByteRange [0 ${at} ${at + gapBytes} 9] /Contents `;
  let at = before.length;
  while (before.length + range(at).length !== at) at = before.length + range(at).length;
  return range(at);
}

/** A revision without pages but with this form, then one that looks like a document time-stamp with a gap of that length. */
function timestampedPdf({ fields = '', gapBytes = 100 }): string {
  const entry = (offset: number) => `${String(offset).padStart(10, '0')} 00000 n \n`;
  const catalogAt = '%PDF-1.7\n'.length;
  let pdf = `%PDF-1.7\n1 0 obj\n<< /Type /Catalog /AcroForm << /Fields [${fields}] >> >>\nendobj\n`;
  const xref = pdf.length;
  pdf += `xref\n1 1\n${entry(catalogAt)}trailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
  const stampAt = pdf.length;
  pdf += `2 0 obj\n<<\n${DOCUMENT_TIMESTAMP_HEAD}`;
  pdf += `${byteRange(pdf, gapBytes)}<${'0'.repeat(Math.max(0, gapBytes - 2))}>\n>>\nendobj\n`;
  const end = pdf.length;
  pdf += `xref\n2 1\n${entry(stampAt)}trailer\n<< /Size 3 /Root 1 0 R /Prev ${xref} >>\n`;
  return `${pdf}startxref\n${end}\n%%EOF\n`;
}

/** A CMS that names one certificate many times, among many that are not certificates. */
function crowdedCms(certificates: number, names: number): string {
  const [none, named] = [sequence(), sequence(smallInteger(1))];
  const id = sequence(octetString(createHash('sha256').update(named).digest()));
  const attributes = [
    sequence(objectIdentifier('1.2.840.113549.1.9.4'), setOf([octetString(Buffer.alloc(32))])),
    sequence(
      objectIdentifier('1.2.840.113549.1.9.16.2.47'),
      setOf([sequence(sequence(...Array.from({ length: names }, () => id)))]),
    ),
  ];
  const signerInfo = sequence(none, none, none, der(0xa0, ...attributes), none, octetString(Buffer.alloc(8)));
  const all = der(0xa0, ...Array.from({ length: certificates - 1 }, () => none), named);
  const cms = sequence(none, der(0xa0, sequence(none, none, none, all, setOf([signerInfo]))));
  return Buffer.from(cms).toString('hex').toUpperCase();
}

describe('a security store made to stop the verifier', () => {
  const stamped = vector('time-stamped.pdf');
  const trust = readTrust(textVector('archive.jwks.json'));
  const authorities = readAuthorities(textVector('authorities.pem'));
  const { certificates } = readRevisions(vector('kept.pdf')).store!;
  const withResponse = (response: Uint8Array) => {
    const revision = securityStoreRevision(openPdfFile(stamped), { certificates, ocspResponses: [response], crls: [] });
    return verifyPdf({ bytes: Buffer.concat([stamped, revision]), trust, authorities });
  };
  /** An OCSP response about `members` certificates, all of them missing. */
  const response = (members: number) => {
    const responses = der(0x30, Buffer.alloc(2 * members, Uint8Array.of(0x05, 0x00)));
    const basic = sequence(sequence(responses), sequence(), der(0x03, Uint8Array.of(0)));
    const bytes = sequence(objectIdentifier('1.3.6.1.5.5.7.48.1.1'), octetString(basic));
    return sequence(der(0x0a, Uint8Array.of(0)), der(0xa0, bytes));
  };

  it('is refused if it has more bytes than the responses of any authority', () => {
    const verification = withResponse(Buffer.alloc(64 * 1024 * 1024));
    expect(verification.verdict).toBe('malformed');
    expect(withResponse(Buffer.alloc(1024)).verdict).toBe('revocation_invalid');
  });

  it('is refused if a response in it has more members than that of any authority', () => {
    const verification = withResponse(response(10_001));
    expect(verification.verdict).toBe('revocation_invalid');
    expect(verification.checks.at(-1)?.detail).toContain('more than 10000 members');
  });
});

describe('a PDF made to stop the verifier is refused at once:', () => {
  it.each([0, 1])('a gap of %i bytes, shorter than its own brackets', (gapBytes) => {
    expect(verdictOf(timestampedPdf({ gapBytes }))).toBe('not_signed');
  });

  it('a gap longer than any signature', () => {
    expect(verdictOf(timestampedPdf({ gapBytes: 1024 * 1024 + 2 }))).toBe('not_signed');
  });

  it('a list of form fields with 200,000 spaces', () => {
    expect(verdictOf(timestampedPdf({ fields: `1 0 R${' '.repeat(200_000)}2 0 R` }))).toBe('malformed');
  });

  it.each([
    ['certificates', 21, 1],
    ['names of certificates', 1, 21],
    ['both', 60_000, 2_000],
  ])('more %s than any chain has', (_, certificates, names) => {
    const cms = crowdedCms(certificates, names);
    const before = '%PDF-1.7\n';
    const pdf = `${before}${byteRange(before, cms.length + 2)}<${cms}>endsthere`;
    expect(verdictOf(pdf)).toBe('malformed');
    const small = crowdedCms(2, 2);
    const sound = `${before}${byteRange(before, small.length + 2)}<${small}>endsthere`;
    expect(verdictOf(sound)).toBe('content_changed');
  });
});
