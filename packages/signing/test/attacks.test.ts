import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '@evidence/contracts';
import { readAuthorities, readTrust, type Trust, verifyAttestation, verifyPdf } from '@evidence/verify';
import {
  digestAround,
  findPdfSignature,
  openPdfFile,
  RevisionText,
  readGap,
  readSignedData,
  readTimestampToken,
  signedAttributes,
  signedData,
  timestampToken,
  unpadded,
} from '@evidence/verify/formats';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Authorities,
  attest,
  httpRevocationSource,
  httpTimeStampAuthority,
  jwksOf,
  type Signer,
  signPdf,
  timestampPdf,
} from '../src/index.js';
import { type LocalAuthorities, startAuthorities } from './authorities.js';
import { plainPdf } from './pdfs.js';
import { raised as raisedBy } from './raised.js';
import { makeEcSigner, trustIn } from './signers.js';
import { isInstalled, requireTool } from './tools.js';

/** Attacks by someone with our software, a TSA and their own certificates. See forged.test.ts for level B-B. */

let local: LocalAuthorities;
let authorities: Authorities;
let signer: Signer;
let attacker: Signer;
let archived: Buffer;
let stamped: Buffer;

beforeEach((context) => requireTool(context, 'openssl'));

beforeAll(async () => {
  if (!isInstalled('openssl')) return;
  local = await startAuthorities();
  [signer, attacker] = [await local.issueSigner('signer', 'ocsp'), await local.issueSigner('attacker', 'ocsp')];
  authorities = {
    timestamps: httpTimeStampAuthority({ url: `${local.url}/tsr` }),
    revocations: httpRevocationSource(),
    trusted: [local.root],
  };
  const signed = await sign(plainPdf(), signer);
  stamped = await raised('B-T', signed);
  archived = await raised('B-LTA', signed);
});

afterAll(() => local?.stop());

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const sign = (pdf: Uint8Array, by: Signer) =>
  signPdf({ pdf, signer: by, reason: 'Evidence report', name: 'Evidence Reports', signedAt: new Date() });
const raised = (level: 'B-T' | 'B-LT' | 'B-LTA', pdf: Uint8Array) => raisedBy(level, pdf, authorities);
const verdictOf = (bytes: Uint8Array, trust: Trust = trustIn(signer)) =>
  verifyPdf({ bytes, trust, authorities: [local.root] }).verdict;

/** `1000 hex digits or more` of the first signature, and where they start. */
const firstGap = (pdf: Buffer) => pdf.indexOf('/Contents <') + '/Contents <'.length;

describe('attack on an archived PDF:', () => {
  it('none: it is valid', () => {
    expect(verdictOf(archived)).toBe('valid');
  });

  it('wrong key from the same authority, archived at the highest level', async () => {
    expect(verdictOf(await raised('B-LTA', await sign(plainPdf(), attacker)))).toBe('key_unknown');
  });

  it('embedded certificate of the attacker, with the claim to be the trusted signer', async () => {
    const pretender: Signer = { ...signer, sign: (bytes) => attacker.sign(bytes) };
    expect(verdictOf(await raised('B-LTA', await sign(plainPdf(), pretender)))).toBe('signature_invalid');
  });

  it('authority of the attacker that issues both certificates and time-stamps', async () => {
    const other = await startAuthorities();
    try {
      const own = {
        timestamps: httpTimeStampAuthority({ url: `${other.url}/tsr` }),
        revocations: httpRevocationSource(),
        trusted: [other.root, local.root],
      };
      const pdf = await raisedBy('B-T', await sign(plainPdf(), signer), own);
      expect(verdictOf(pdf)).toBe('authority_unknown');
      const both = readAuthorities(
        (await readFile(join(other.folder, 'root.crt'), 'utf8')) +
          (await readFile(join(local.folder, 'root.crt'), 'utf8')),
      );
      expect(verifyPdf({ bytes: pdf, trust: trustIn(signer), authorities: both }).verdict).toBe('valid');
    } finally {
      await other.stop();
    }
  });

  it('second signature, itself valid', async () => {
    const twice = await signedTwice(Buffer.from(await sign(plainPdf(), signer)));
    expect(verdictOf(twice)).toBe('key_unknown');
    expect(verdictOf(twice, trustIn(attacker))).toBe('valid');
    expect(verdictOf(await signedTwice(archived))).toBe('malformed');
  });

  /** The attacker's own signature, appended as other signing software would do it; signPdf refuses. */
  const signedTwice = async (original: Buffer): Promise<Buffer> => {
    const written = new RevisionText(openPdfFile(original));
    const head = '/Type /Sig\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.CAdES.detached\n';
    const holes = written.addSignature(written.allocate(), head, 4096);
    const pdf = Buffer.concat([original, written.finish(holes)]);
    const digest = digestAround(pdf, { ...holes, signedEnd: pdf.length });
    const chain = { certificate: attacker.certificate, issuers: attacker.chain };
    const attributes = signedAttributes(digest, chain);
    const cms = signedData(attributes, await attacker.sign(attributes), chain, attacker.algorithm);
    pdf.write(Buffer.from(cms).toString('hex').toUpperCase(), holes.gapStart + 1, 'latin1');
    return pdf;
  };

  it('time-stamp by a certificate of the trusted authority that is for signing reports', async () => {
    const leaf = new X509Certificate(attacker.certificate);
    const stamp = async (digest: Uint8Array): Promise<Uint8Array> => {
      const genuine = readTimestampToken(await authorities.timestamps.stamp(digest), [local.root]);
      const signedAttributes = Buffer.from(genuine.signedAttributes);
      // ESSCertIDv2 of the authority becomes that of the attacker, who then signs.
      const at = signedAttributes.indexOf(sha256(genuine.chain[0].raw));
      sha256(leaf.raw).copy(signedAttributes, at);
      return timestampToken({
        ...genuine,
        signedAttributes,
        signature: await attacker.sign(signedAttributes),
        chain: [leaf],
      });
    };
    const attempt = timestampPdf(Buffer.from(await sign(plainPdf(), signer)), {
      timestamps: { stamp },
      trusted: [local.root],
    });
    await expect(attempt).rejects.toMatchObject({
      code: 'timestamp_invalid',
      message: expect.stringContaining('not restricted to time-stamping'),
    });
  });

  it('time-stamp removed from the signature: valid, but reported at a lower level', () => {
    const place = findPdfSignature(stamped)!;
    const { signature, chain } = readSignedData(unpadded(readGap(stamped, place))!);
    const cms = signedData(signedAttributes(digestAround(stamped, place), chain), signature, chain, 'RS256');
    const cut = Buffer.from(stamped);
    const hex = Buffer.from(cms).toString('hex').toUpperCase();
    cut.write(hex.padEnd(place.gapEnd - place.gapStart - 2, '0'), place.gapStart + 1, 'latin1');
    const given = { bytes: cut, trust: trustIn(signer), authorities: [local.root] };
    expect(verifyPdf(given)).toMatchObject({ verdict: 'valid', level: 'B-B', signingTime: { basis: 'claimed' } });
    expect(verifyPdf(given).doesNotProve.join()).toContain('there is no trusted time-stamp');
    expect(verifyPdf({ ...given, atLeast: 'B-T' }).verdict).toBe('level_too_low');
  });

  it('time-stamp token of another file', async () => {
    const other = await raised('B-T', await sign(editedPdf(), signer));
    const moved = Buffer.from(stamped);
    other.copy(moved, firstGap(moved), firstGap(other), firstGap(other) + 24 * 1024);
    expect(verdictOf(moved)).toBe('content_changed');
  });

  it('time-stamp token of another file, after the genuine signature', async () => {
    const other = await raised('B-T', await sign(editedPdf(), signer));
    const [mine, theirs] = [stamped, other].map((pdf) =>
      Buffer.from(pdf.toString('latin1', firstGap(pdf), firstGap(pdf) + 24 * 1024), 'hex'),
    ) as [Buffer, Buffer];
    const swapped = Buffer.from(mine);
    // Both tokens have the same length: same authority, same fields.
    const token = Buffer.from('060b2a864886f70d010910020e', 'hex');
    theirs.copy(swapped, mine.indexOf(token), theirs.indexOf(token));
    const forged = Buffer.from(stamped);
    forged.write(swapped.toString('hex').toUpperCase(), firstGap(stamped), 'latin1');
    expect(forged.equals(stamped)).toBe(false);
    expect(verdictOf(forged)).toBe('timestamp_invalid');
  });

  it('security store of another report', async () => {
    const [mine, theirs] = await Promise.all(
      [signer, attacker].map(async (by) => raised('B-LT', await sign(plainPdf(), by))),
    );
    expect(verdictOf(mine!)).toBe('valid');
    const swapped = Buffer.concat([mine!.subarray(0, stamped.length), theirs!.subarray(stamped.length)]);
    expect(verdictOf(swapped)).toBe('revocation_invalid');
  });

  it('security store cut out before the document time-stamp', () => {
    const store = archived.indexOf('%%EOF\n', archived.indexOf('/DSS')) + '%%EOF\n'.length;
    expect(verdictOf(archived.subarray(0, store))).toBe('valid');
    const cut = Buffer.concat([archived.subarray(0, stamped.length), archived.subarray(store)]);
    expect(verdictOf(cut)).not.toBe('valid');
  });

  /** A PDF of the same length, so that the gap is in the same place. */
  const editedPdf = () => Buffer.from(Buffer.from(plainPdf()).toString('latin1').replace('842', '841'), 'latin1');
});

describe('attack on an attestation:', () => {
  const report = Buffer.from(canonicalJson({ id: 'rpt_2026_a', findings: [] }));
  const envelope = (by: Signer) =>
    attest({
      subjectName: 'rpt_2026_a.json',
      sha256: sha256(report).toString('hex'),
      predicateType: 'https://example.org/evidence-report/v1',
      predicate: { report: 'rpt_2026_a' },
      signer: by,
    });
  const verify = (bytes: Uint8Array, trust: Trust) =>
    verifyAttestation({ artifact: { bytes: report }, envelope: bytes, trust }).verdict;
  const edit = (bytes: Uint8Array, change: (json: { payloadType: string; signatures: object[] }) => void) => {
    const json = JSON.parse(Buffer.from(bytes).toString());
    change(json);
    return Buffer.from(JSON.stringify(json));
  };

  it('payloadType changed, so that the statement is taken for another kind of payload', async () => {
    const changed = edit(await envelope(signer), (json) => {
      json.payloadType = 'application/json';
    });
    expect(verify(changed, trustIn(signer))).toBe('malformed');
  });

  it('payload signed with another payloadType', async () => {
    // The trusted key signs another kind of payload, such as a release: the signature covers the kind.
    const other: Signer = {
      ...signer,
      sign: (bytes) =>
        signer.sign(
          Buffer.from(Buffer.from(bytes).toString().replace('28 application/vnd.in-toto+json', '16 application/json')),
        ),
    };
    expect(verify(await envelope(other), trustIn(signer))).toBe('signature_invalid');
  });

  it.each(['none', 'ES256', 'RS256', 'HS256'])('algorithm confusion: the envelope says alg %s', async (alg) => {
    const changed = edit(await envelope(signer), (json) => {
      json.signatures = json.signatures.map((each) => ({ ...each, alg }));
    });
    expect(verify(changed, trustIn(signer))).toBe('malformed');
  });

  it('algorithm confusion: no signature at all', async () => {
    const changed = edit(await envelope(signer), (json) => {
      json.signatures = json.signatures.map((each) => ({ ...each, sig: '' }));
    });
    expect(verify(changed, trustIn(signer))).toBe('signature_invalid');
  });

  it.each(['none', 'ES256', 'PS256', 'HS256'])('algorithm confusion: the key set says alg %s for an RSA key', (alg) => {
    const set = { keys: jwksOf([signer]).keys.map((key) => ({ ...key, alg })) };
    expect(() => readTrust(JSON.stringify(set))).toThrowError(expect.objectContaining({ code: 'key_unsupported' }));
  });

  it('algorithm confusion: an EC signature under the id of the RSA key', async () => {
    const ec = await makeEcSigner();
    expect(verify(await envelope({ ...ec, keyId: signer.keyId }), trustIn(signer))).toBe('signature_invalid');
    expect(verify(await envelope({ ...signer, keyId: ec.keyId }), trustIn(ec))).toBe('signature_invalid');
  });

  it('algorithm confusion: a PDF signature that names ECDSA for an RSA key', async () => {
    expect(verdictOf(await sign(plainPdf(), { ...signer, algorithm: 'ES256' }))).toBe('malformed');
  });
});
