import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contextTag, der, objectIdentifier, octetString, readFirst, sequence, setOf } from '../src/asn1/der.js';
import { readSignedData } from '../src/cms/signed-data.js';
import { readTrust, verifyAttestation, verifyPdf } from '../src/index.js';
import { edited, STRANGER, TRUST, textVector, vector } from './vectors.js';

const pdf = vector('report.pdf');
const report = vector('report.json');
const envelope = vector('report.json.dsse.json');
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

describe('verifying a PDF', () => {
  it('is valid, by JWK Set and by certificate, and says who signed and what remains unproven', () => {
    const verification = verifyPdf({ bytes: pdf, trust: TRUST });
    expect(verification).toMatchObject({
      verdict: 'valid',
      signedBy: {
        keyId: TRUST.keys[0]?.keyId,
        isDevelopmentKey: true,
        subject: expect.stringContaining('development key'),
      },
    });
    expect(verification.checks.map((check) => check.name)).toEqual(
      expect.arrayContaining(['form', 'coverage', 'key', 'content', 'signature']),
    );
    expect(verification.checks.every((check) => check.ok)).toBe(true);
    expect(verification.doesNotProve[0]).toContain('development key');
    expect(verifyPdf({ bytes: pdf, trust: readTrust(textVector('certificate.pem')) }).verdict).toBe('valid');
  });

  const gap = /<[0-9A-F]{1000,}>/;
  const hex = gap.exec(pdf.toString('latin1'))![0];

  it.each([
    ['is not a PDF', 'not_a_pdf', () => report],
    ['is empty', 'not_a_pdf', () => Buffer.alloc(0)],
    ['has no signature', 'not_signed', () => pdf.subarray(0, pdf.indexOf('/ByteRange'))],
    ['omits its first bytes', 'not_signed', () => edited(pdf, '/ByteRange [0 ', '/ByteRange [9 ')],
    ['names a gap other than its own', 'not_signed', () => edited(pdf, '/Contents <', '/Note 1 /Contents <')],
    ['names a place outside the file', 'not_signed', () => edited(pdf, /\[0 \d+ \d+ /, '[0 9999999999 99999 ')],
    ['was appended to', 'not_fully_covered', () => Buffer.concat([pdf, Buffer.from('%')])],
    ['was cut', 'not_fully_covered', () => pdf.subarray(0, -1)],
    ['has an empty signature', 'malformed', () => edited(pdf, gap, `<${'0'.repeat(hex.length - 2)}>`)],
    ['has its signature in lower case', 'malformed', () => edited(pdf, gap, hex.toLowerCase())],
    ['has a byte in the padding', 'malformed', () => edited(pdf, /00>/, '01>')],
    ['has changed content', 'content_changed', () => edited(pdf, 'Evidence report', 'evidence report')],
  ])('refuses one that %s: %s', (_, verdict, bytes) => {
    const verification = verifyPdf({ bytes: bytes(), trust: TRUST });
    expect(verification.verdict).toBe(verdict);
    expect(verification.checks.at(-1)?.ok).toBe(false);
    expect(verification.signedBy).toBeUndefined();
  });

  it('refuses a signature that contains junk next to the certificate of the trusted key', () => {
    const junk = sequence();
    const leaf = readSignedData(readFirst(Buffer.from(hex.slice(1, -1), 'hex')).encoded).chain.certificate;
    const [before, after] = pdf.toString('latin1').split(hex) as [string, string];
    const attributes = [
      sequence(
        objectIdentifier('1.2.840.113549.1.9.4'),
        setOf([octetString(sha256(Buffer.from(before + after, 'latin1')))]),
      ),
      sequence(
        objectIdentifier('1.2.840.113549.1.9.16.2.47'),
        setOf([sequence(sequence(...[leaf, junk].map((each) => sequence(octetString(sha256(each))))))]),
      ),
    ];
    const none = sequence();
    const signerInfo = sequence(
      none,
      none,
      none,
      setOf(attributes, contextTag(0)),
      none,
      octetString(Buffer.alloc(384)),
    );
    const content = sequence(none, none, none, setOf([leaf, junk], contextTag(0)), setOf([signerInfo]));
    const cms = Buffer.from(sequence(none, der(contextTag(0), content)))
      .toString('hex')
      .toUpperCase();
    const bytes = edited(pdf, hex, `<${cms.padEnd(hex.length - 2, '0')}>`);
    expect(verifyPdf({ bytes, trust: TRUST }).verdict).toBe('malformed');
    expect(verifyPdf({ bytes, trust: STRANGER }).verdict).toBe('key_unknown');
  });

  it('refuses a key that the caller did not give, even if the file contains it', () => {
    expect(verifyPdf({ bytes: pdf, trust: STRANGER }).verdict).toBe('key_unknown');
    expect(verifyPdf({ bytes: pdf, trust: { keys: [] } }).verdict).toBe('key_unknown');
  });
});

describe('verifying an attestation', () => {
  const verify = (bytes: Buffer, envelopeBytes: Buffer, trust = TRUST) =>
    verifyAttestation({ artifact: { bytes }, envelope: envelopeBytes, trust });

  it('is valid and names the predicate', () => {
    expect(verify(report, envelope)).toMatchObject({
      verdict: 'valid',
      predicateType: 'https://example.org/evidence-report/v1',
      signedBy: { keyId: TRUST.keys[0]?.keyId },
    });
  });

  it.each([
    ['not JSON', Buffer.from('attestation')],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['a different JSON document', Buffer.from('[1,{"payload":7}]')],
    ['written with spaces', edited(envelope, '","payloadType"', '", "payloadType"')],
    ['given a second signature', edited(envelope, '}]}', '},{"keyid":"a","sig":"YQ=="}]}')],
    ['given an unknown member', edited(envelope, '{"payload"', '{"note":1,"payload"')],
    ['of another payload type', edited(envelope, 'vnd.in-toto+json', 'json')],
  ])('refuses an envelope that is %s', (_, bytes) => {
    expect(verify(report, bytes).verdict).toBe('malformed');
  });

  it('refuses another artifact, another key and another signature', () => {
    expect(verify(edited(report, 'fnd_1', 'fnd_2'), envelope).verdict).toBe('subject_mismatch');
    expect(verify(report, envelope, STRANGER).verdict).toBe('key_unknown');
    expect(verify(report, edited(envelope, /"sig":"..../, '"sig":"AAAA')).verdict).toBe('signature_invalid');
  });
});
