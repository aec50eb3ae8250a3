import { verifyPdf } from '@evidence/verify';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Signer, signPdf } from '../src/index.js';
import { makePdf, plainPdf } from './pdfs.js';
import { makeEcSigner, makeSigner, NOW, trustIn } from './signers.js';

let signer: Signer;
const sign = (pdf: Uint8Array) =>
  signPdf({ pdf, signer, reason: 'Evidence report', name: 'Evidence Reports', signedAt: NOW });
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const withoutGap = (text: string) => text.replace(/<[0-9A-F]{1000,}>/, '<…>');

beforeAll(async () => {
  ({ signer } = await makeSigner());
});

describe('signing a PDF', () => {
  it.each([3, 1500])('keeps the bytes of a report of %i findings and covers all of them', async (findings) => {
    const pdf = await makePdf(findings);
    const signed = await sign(pdf);
    expect(Buffer.from(signed.subarray(0, pdf.length)).equals(pdf)).toBe(true);
    expect(verifyPdf({ bytes: signed, trust: trustIn(signer) })).toMatchObject({
      verdict: 'valid',
      signedBy: { keyId: signer.keyId, isDevelopmentKey: true },
    });
  });

  it('gives the same bytes for the same report', async () => {
    expect(Buffer.from(await sign(await makePdf(3))).equals(await sign(await makePdf(3)))).toBe(true);
  });

  it('adds one invisible field, keeps /ID and the links of page 1, and refers to the previous revision', async () => {
    const pdf = await makePdf(3);
    const added = withoutGap(textOf((await sign(pdf)).subarray(pdf.length)));
    const before = textOf(pdf);
    expect(added).toContain(/\/ID \[.*\]/.exec(before)?.[0]);
    expect(added).toContain(`/Prev ${/startxref\n(\d+)/.exec(before)?.[1]}\n`);
    expect(added).toMatch(/\/Annots \[(\d+ 0 R )+\d+ 0 R\]/);
    expect(added).toContain('/SubFilter /ETSI.CAdES.detached');
    expect(added).toContain('/SigFlags 3');
    expect(added).toContain('/F 132');
    expect(added).toContain("/M (D:20260522103500+00'00')");
  });

  it('writes a non-ASCII name as UTF-16, and no time if none is given', async () => {
    const pdf = plainPdf();
    const signed = await signPdf({ pdf, signer, reason: 'a (nested) \\ reason', name: 'Prüfer' });
    const text = withoutGap(textOf(signed));
    expect(text).toContain('/Name <FEFF0050007200FC006600650072>');
    expect(text).toContain('/Reason (a \\(nested\\) \\\\ reason)');
    expect(text).not.toContain('/M (');
    expect(verifyPdf({ bytes: signed, trust: trustIn(signer) }).verdict).toBe('valid');
  });

  it('also signs with an EC key, whose signatures differ each time', async () => {
    const ec = await makeEcSigner();
    const request = { pdf: plainPdf(), signer: ec, reason: 'Evidence report', name: 'Evidence Reports' };
    const [first, second] = [await signPdf(request), await signPdf(request)];
    expect(Buffer.from(first).equals(second)).toBe(false);
    for (const bytes of [first, second]) {
      expect(verifyPdf({ bytes, trust: trustIn(ec) })).toMatchObject({
        verdict: 'valid',
        signedBy: { subject: 'CN=Evidence Reports', isDevelopmentKey: false },
      });
    }
  });

  it('is not misled by a finding that looks like a signature', async () => {
    const decoy = textOf(plainPdf()).replace(
      '/Resources << >>',
      '/Resources << >> /Decoy (/ByteRange [0 9 19 99] /Contents )',
    );
    const shifted = textOf(await sign(rebuildXref(decoy)));
    expect(shifted.match(/\/ByteRange/g)).toHaveLength(2 + 1);
    expect(verifyPdf({ bytes: Buffer.from(shifted, 'latin1'), trust: trustIn(signer) }).verdict).toBe('valid');
  });
});

describe('a PDF that cannot be signed', () => {
  const changed = (from: string | RegExp, to: string) => () => rebuildXref(textOf(plainPdf()).replace(from, to));

  it.each([
    ['is not a PDF', 'pdf_malformed', () => Buffer.from('{"id":1}')],
    ['is cut short', 'pdf_malformed', () => plainPdf().subarray(0, -20)],
    ['is encrypted', 'pdf_encrypted', changed('/Root 1 0 R', '/Root 1 0 R /Encrypt 3 0 R')],
    ['has been updated', 'pdf_unsupported', changed('/Root 1 0 R', '/Root 1 0 R /Prev 9')],
    ['has a form', 'pdf_already_signed', changed('/Type /Catalog', '/Type /Catalog /AcroForm << >>')],
    ['has its annotations in another object', 'pdf_unsupported', changed('/Type /Page ', '/Type /Page /Annots 2 0 R ')],
    ['has no page', 'pdf_malformed', changed('/Kids [3 0 R]', '/Kids []')],
    ['has a circular page tree', 'pdf_malformed', changed('/Kids [3 0 R]', '/Kids [2 0 R]')],
    ['is nested too deeply', 'pdf_malformed', changed('<< >>', '['.repeat(100))],
    [
      'has an object in the wrong place',
      'pdf_malformed',
      () => Buffer.from(textOf(plainPdf()).replace('3 0 obj', '4 0 obj'), 'latin1'),
    ],
    ['has a cross-reference stream', 'pdf_unsupported', () => xrefStreamPdf()],
  ])('%s: %s', async (_, code, pdf) => {
    await expect(sign(pdf())).rejects.toMatchObject({ name: 'SigningError', code });
  });

  it('is already signed', async () => {
    const signed = await sign(plainPdf());
    await expect(sign(signed)).rejects.toMatchObject({ code: 'pdf_unsupported' });
  });
});

/** Corrects the offsets of a text whose objects were moved. */
function rebuildXref(text: string): Buffer {
  const xrefAt = text.indexOf('xref\n');
  const entries = [1, 2, 3].map((object) => `${String(text.indexOf(`${object} 0 obj`)).padStart(10, '0')} 00000 n `);
  const table = `xref\n0 4\n0000000000 65535 f \n${entries.join('\n')}\n`;
  const trailer = text.slice(text.indexOf('trailer')).replace(/startxref\n\d+/, `startxref\n${xrefAt}`);
  return Buffer.from(text.slice(0, xrefAt) + table + trailer, 'latin1');
}

function xrefStreamPdf(): Buffer {
  const body = '%PDF-1.7\n';
  return Buffer.from(`${body}9 0 obj\n<< /Type /XRef >>\nendobj\nstartxref\n${body.length}\n%%EOF\n`, 'latin1');
}
