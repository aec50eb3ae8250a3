import { createHash, X509Certificate } from 'node:crypto';
import * as pkijs from 'pkijs';
import { describe, expect, it } from 'vitest';
import { contextTag, type DerValue, der, memberAt, membersOf, readDer, readFirst, TAG } from '../src/asn1/der.js';
import { readSignedData } from '../src/cms/signed-data.js';
import { readStatement, readTimestampToken } from '../src/cms/timestamp-token.js';
import { readRevisions } from '../src/pdf-file/revisions.js';
import { readGap, unpadded } from '../src/pdf-file/signature-gap.js';
import { findPdfSignature } from '../src/pdf-file/signature-place.js';
import { readSigned } from '../src/x509/algorithms.js';
import { namesOf, pemCertificatesIn, readCertificate } from '../src/x509/certificates.js';
import { maySign, pathLengthOf, readExtensions } from '../src/x509/extensions.js';
import { textVector, vector } from './vectors.js';

/**
 * pkijs reads the same structures by its own rules. Our reader is stricter, so it may refuse more; but if both accept an input, intact
 * or damaged, both must have read the same. A difference would mean that we verify something other than what others see.
 */

type Facts = Readonly<Record<string, unknown>>;

interface Reader {
  readonly ours: (bytes: Buffer) => Facts;
  readonly theirs: (bytes: Buffer) => Facts;
}

const hex = (bytes: Uint8Array | ArrayBuffer): string => Buffer.from(bytes as Uint8Array).toString('hex');

const certificates: Reader = {
  ours(bytes) {
    const certificate = readCertificate(bytes);
    const { toBeSigned, signature } = readSigned(readDer(bytes));
    const { serialNumber, issuer, subject, publicKeyBits } = namesOf(certificate);
    const list = membersOf(toBeSigned).find(({ tag }) => tag === contextTag(3));
    const extensions = list === undefined ? [] : readExtensions(memberAt(list, 0, TAG.sequence));
    return {
      toBeSigned: hex(toBeSigned.encoded),
      signature: hex(signature),
      serialNumber: hex(readDer(serialNumber).content),
      issuer: hex(issuer),
      subject: hex(subject),
      publicKeyBits: hex(publicKeyBits),
      from: readableTime(certificate.validFrom),
      to: readableTime(certificate.validTo),
      extensions: extensions.map(({ id, critical, value }) => [hex(id), critical, hex(value)]),
      pathLength: pathLengthOf(certificate),
      maySign: maySign(certificate),
    };
  },
  theirs(bytes) {
    const certificate = pkijs.Certificate.fromBER(new Uint8Array(bytes));
    const extensions = certificate.extensions ?? [];
    const find = (id: string) => extensions.find(({ extnID }) => extnID === id)?.parsedValue;
    const keyUsage: Uint8Array = find(pkijs.id_KeyUsage)?.valueBlock.valueHexView ?? Uint8Array.of(0xff);
    return {
      toBeSigned: hex(certificate.tbsView),
      signature: hex(certificate.signatureValue.valueBlock.valueHexView),
      serialNumber: hex(certificate.serialNumber.valueBlock.valueHexView),
      issuer: hex(certificate.issuer.valueBeforeDecode),
      subject: hex(certificate.subject.valueBeforeDecode),
      publicKeyBits: hex(certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView),
      from: certificate.notBefore.value.getTime(),
      to: certificate.notAfter.value.getTime(),
      extensions: extensions.map(({ extnID, critical, extnValue }) => [
        hex(encodedId(extnID)),
        critical,
        hex(extnValue.valueBlock.valueHexView),
      ]),
      pathLength: find(pkijs.id_BasicConstraints)?.pathLenConstraint ?? Number.POSITIVE_INFINITY,
      maySign: ((keyUsage[0] ?? 0) & 0b1100_0000) !== 0,
    };
  },
};

/** Node returns "Bad time value", which is neither before nor after any time: the certificate is never valid. */
function readableTime(text: string): number {
  const time = new Date(text).getTime();
  if (Number.isNaN(time)) throw new Error(text);
  return time;
}

const signedData: Reader = {
  ours(bytes) {
    const { signature, messageDigest, chain, timestamp } = readSignedData(bytes);
    return {
      signature: hex(signature),
      messageDigest: hex(messageDigest),
      chain: [chain.certificate, ...chain.issuers].map(sha256),
      timestamp: timestamp && hex(timestamp),
    };
  },
  theirs(bytes) {
    const { signer } = signedDataOf(bytes);
    const [list] = signer.attribute('1.2.840.113549.1.9.16.2.47');
    // asn1js 3.1 silently omits what it cannot read inside a value.
    if (hex(list.toBER()) !== hex(list.valueBeforeDecodeView)) throw new Error('read in part');
    const ids: { valueBlock: { value: { valueBlock: { valueHexView: Uint8Array } }[] } }[] =
      list.valueBlock.value[0].valueBlock.value;
    const digests = ids.map((id) => hex(id.valueBlock.value[0]!.valueBlock.valueHexView));
    const [digest] = signer.attribute('1.2.840.113549.1.9.4');
    const [timestamp] = signer.unsigned('1.2.840.113549.1.9.16.2.14');
    return {
      signature: hex(signer.info.signature.valueBlock.valueHexView),
      messageDigest: hex(digest.valueBlock.valueHexView),
      // Only the names: pkijs does not keep the bytes of a certificate.
      chain: digests,
      timestamp: timestamp && hex(timestamp.valueBeforeDecodeView),
    };
  },
};

const timestamps: Reader = {
  ours(bytes) {
    const token = readTimestampToken(bytes, []);
    const { at, imprint, nonce } = readStatement(token);
    return {
      statement: hex(token.tstInfo),
      signature: hex(token.signature),
      digest: token.digest,
      at: at.getTime(),
      imprint: [imprint.digest, hex(imprint.value)],
      nonce: nonce && hex(nonce),
    };
  },
  theirs(bytes) {
    const { signer, content } = signedDataOf(bytes);
    const statement = content.encapContentInfo.eContent!.getValue();
    const { genTime, messageImprint, nonce } = pkijs.TSTInfo.fromBER(statement);
    return {
      statement: hex(statement),
      signature: hex(signer.info.signature.valueBlock.valueHexView),
      digest: DIGESTS[signer.info.digestAlgorithm.algorithmId],
      at: genTime.getTime(),
      imprint: [
        DIGESTS[messageImprint.hashAlgorithm.algorithmId],
        hex(messageImprint.hashedMessage.valueBlock.valueHexView),
      ],
      nonce: nonce && hex(nonce.valueBlock.valueHexView),
    };
  },
};

const DIGESTS: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** With independent arithmetic. */
function encodedId(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = arc.toString(2);
    const groups = digits.padStart(Math.ceil(digits.length / 7) * 7, '0').match(/.{7}/g)!;
    return groups.map((group, i) => Number.parseInt(group, 2) | (i === groups.length - 1 ? 0 : 0x80));
  });
  return der(TAG.oid, Uint8Array.from(octets));
}

function signedDataOf(bytes: Buffer) {
  const { content: schema } = pkijs.ContentInfo.fromBER(new Uint8Array(bytes));
  const content = new pkijs.SignedData({ schema });
  const info = content.signerInfos[0]!;
  const values = (attributes: readonly pkijs.Attribute[] = [], wanted: string) =>
    attributes.find(({ type }) => type === wanted)?.values ?? [];
  return {
    content,
    certificates: (content.certificates ?? []).map(
      (each) => new Uint8Array((each as pkijs.Certificate).toSchema().toBER()),
    ),
    signer: {
      info,
      attribute: (wanted: string) => values(info.signedAttrs?.attributes, wanted),
      unsigned: (wanted: string) => values(info.unsignedAttrs?.attributes, wanted),
    },
  };
}

function attempt(read: () => Facts): Facts | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Reads all inputs with both readers. Returns the differences, and how many inputs both accepted. */
function compared({ ours, theirs }: Reader, all: Iterable<Buffer>): { both: number; different: unknown[] } {
  let both = 0;
  const different: unknown[] = [];
  for (const bytes of all) {
    const own = attempt(() => ours(bytes));
    if (own === undefined) continue;
    const other = attempt(() => theirs(bytes));
    if (other === undefined) continue;
    both += 1;
    if (JSON.stringify(own) !== JSON.stringify(other)) different.push({ bytes: bytes.toString('hex'), own, other });
  }
  return { both, different };
}

/** The last one turns TRUE into FALSE. */
const FLIPS = [0x01, 0x20, 0x80, 0xff];

/** Flips bits of every `step`th byte. */
function* flipped(bytes: Buffer, step: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += step) {
    for (const flip of FLIPS) {
      const copy = Buffer.from(bytes);
      copy[at]! ^= flip;
      yield copy;
    }
  }
}

/** A member of a constructed value is omitted, repeated, or swapped with the next one, at any depth; all lengths are correct. */
function* rearranged(value: DerValue): Generator<Buffer> {
  if ((value.tag & 0x20) === 0) return;
  const members = membersOf(value).map(({ encoded }) => encoded);
  const build = (changed: readonly Uint8Array[]) => Buffer.from(der(value.tag, ...changed));
  for (const [i, member] of members.entries()) {
    yield build(members.toSpliced(i, 1));
    yield build(members.toSpliced(i, 0, member));
    if (i + 1 < members.length) yield build(members.toSpliced(i, 2, members[i + 1]!, member));
    for (const inner of rearranged(readFirst(member))) yield build(members.toSpliced(i, 1, inner));
  }
}

const cmsOf = (name: string): Buffer => {
  const { signed } = readRevisions(vector(name));
  return Buffer.from(unpadded(readGap(signed, findPdfSignature(signed)!))!);
};
const tokenIn = (name: string): Buffer => Buffer.from(readSignedData(cmsOf(name)).timestamp!);
const PDFS = ['report.pdf', 'time-stamped.pdf', 'kept.pdf', 'archived.pdf'];
const STAMPED = PDFS.slice(1);

const once = (all: readonly Buffer[]): Buffer[] => [...new Map(all.map((bytes) => [hex(bytes), bytes])).values()];

const CMS = once(PDFS.map(cmsOf));
const TOKENS = once([
  ...STAMPED.map(tokenIn),
  Buffer.from(readRevisions(vector('archived.pdf')).documentTimestamp!.token),
  vector('time-stamped.dsse.json.tst'),
]);
const CERTIFICATES = once([
  ...['certificate.pem', 'authorities.pem', 'stranger.authorities.pem']
    .flatMap((name) => pemCertificatesIn(textVector(name)))
    .map((pem) => new X509Certificate(pem).raw),
  ...[...CMS, ...TOKENS].flatMap((bytes) => signedDataOf(bytes).certificates.map((each) => Buffer.from(each))),
]);

/** The last member: one byte in how many is damaged. Damaging every byte takes two minutes (done on 2026-11-29). */
const VECTORS: readonly (readonly [what: string, reader: Reader, all: readonly Buffer[], step: number])[] = [
  ['certificate', certificates, CERTIFICATES, 3],
  ['CMS', signedData, CMS, 29],
  ['time-stamp', timestamps, TOKENS, 7],
];

describe.each(VECTORS)('every %s of the vectors', (_, reader, all, step) => {
  it('is read in the same way by pkijs', () => {
    const { both, different } = compared(reader, all);
    expect(different).toEqual([]);
    expect(both).toBe(all.length);
  });

  it('is read in the same way by pkijs, or refused, after bits were flipped', () => {
    const { both, different } = compared(
      reader,
      all.flatMap((bytes) => [...flipped(bytes, step)]),
    );
    expect(different).toEqual([]);
    expect(both).toBeGreaterThan(100);
  }, 120_000);

  it('is read in the same way by pkijs, or refused, after its members were rearranged', () => {
    const { both, different } = compared(
      reader,
      all.slice(-1).flatMap((bytes) => [...rearranged(readDer(bytes))]),
    );
    expect(different).toEqual([]);
    expect(both).toBeGreaterThan(10);
  }, 120_000);
});
