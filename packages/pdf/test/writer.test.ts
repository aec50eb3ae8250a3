import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PdfDocument } from '../src/writer/document.js';
import { Flow } from '../src/writer/flow.js';
import { ObjectWriter } from '../src/writer/object-writer.js';
import { Table, type TableLook } from '../src/writer/table.js';
import type { Run, TextStyle } from '../src/writer/text-pieces.js';
import { needs, run } from './poppler.js';
import { makeSigner } from './standard-packs.js';

const body: TextStyle = { font: 'sans', size: 9, colour: '#16202E' };
const AT = new Date('2026-05-22T10:35:00.000Z');
const properties = {
  dataSha256: '00',
  info: {
    title: 'Writer',
    author: 'acme',
    subject: 'A test',
    keywords: 'k',
    creator: 'Evidence Reports',
    producer: 'Evidence Reports',
    creationDate: AT,
    modDate: AT,
  },
};

const look: TableLook = {
  gap: 10,
  padding: 4,
  head: (title, align) => ({ runs: [text(title)], tag: 'P', leading: 1.2, ...(align && { align }) }),
  headRule: { thickness: 0.8, colour: '#14365C' },
  rowRule: { thickness: 0.4, colour: '#C9D0D9' },
};

const text = (words: string, more: Partial<Run> = {}): Run => ({ text: words, style: body, ...more });
const paragraph = (...runs: Run[]) => ({ runs, tag: 'P' as const, leading: 1.2, below: 6 });

/** An unsigned document written by `fill`. */
async function made(fill: (flow: Flow) => void | Promise<void>): Promise<Buffer> {
  const document = new PdfDocument({ language: 'en-GB', furnish: () => {} }, false);
  await fill(new Flow(document, { left: 42, top: 66, right: 42, bottom: 54 }));
  await document.finish(properties);
  return Buffer.from(document.objects.take());
}

const textOf = (pdf: Uint8Array) => run(pdf, 'pdftotext', '-raw', '@', '-').toString('utf8');

function page(fill: (flow: Flow, say: (...runs: Run[]) => void) => void): Promise<Buffer> {
  return made((flow) => fill(flow, (...runs) => flow.blocks([paragraph(...runs)], flow.document.structure.document)));
}

describe('the writer makes', () => {
  it('a file without errors according to qpdf', async (context) => {
    needs(context, 'qpdf');
    const pdf = await page((_, say) =>
      say(text('Hello '), text('world', { link: { url: 'https://example.org/?q=ä', says: 'Example' } })),
    );
    expect(run(pdf, 'qpdf', '--check', '@').toString()).toContain('No syntax or stream encoding errors found');
  });

  it('a row that is higher than a page, split between lines without loss and with the head repeated', async (context) => {
    needs(context, 'pdftotext');
    const words = Array.from({ length: 3_000 }, (_, i) => `w${i}`);
    const pdf = await page((flow) => {
      const table = new Table(
        flow,
        [
          { title: 'HEAD', width: 200 },
          { title: 'OTHER', width: '*' },
        ],
        look,
        flow.document.structure.document,
      );
      table.row([[paragraph(text('before'))], [paragraph(text('b'))]]);
      table.row([[paragraph(text(words.join(' ')))], [paragraph(text('short'))]]);
      table.row([[paragraph(text('after'))], [paragraph(text('a'))]]);
      table.end();
    });
    const shown = textOf(pdf);
    expect(shown.match(/\bw\d+\b/g)).toEqual(words);
    expect(shown.split('\f').length - 1).toBeGreaterThan(2);
    for (const one of shown.split('\f').slice(0, -1)) expect(one).toContain('HEAD');
    expect(shown.match(/short/g)).toHaveLength(1);
  });

  it.for([
    ['Arabic', 'سلام 12 علم'],
    ['Hebrew', 'שלום עולם'],
    ['Thai', 'ที่นี่'],
    ['Devanagari', 'क्षि नमस्ते'],
    ['Japanese', 'プロンプト・インジェクション、漢字。'],
    ['Korean', '프롬프트 주입'],
    ['emoji', '🚨 👩‍💻 ❤️'],
    ['Greek and Cyrillic', 'Ωμέγα Привет'],
  ])('%s with its own glyphs, and its text can be extracted', async ([, words = ''], context) => {
    needs(context, 'pdftotext');
    const pdf = await page((_, say) => say(text(`a ${words} z`)));
    const shown = textOf(pdf);
    for (const word of words.split(' ')) expect(shown).toContain(word.normalize('NFC'));
    expect(shown).not.toContain('U+');
  });

  // Letters that share a glyph and differ in their dots, within a line and across documents.
  describe.each([
    'تجاوز التعليمات عبر الحقن',
    'بتثن بيت نبت',
    'پچگ ترجمة الله لا إلا',
    'كشف البيانات الشخصية',
    'הזרקת הנחיות',
  ])('Arabic and Hebrew letters that are extracted unchanged: %s', (words) => {
    const pdf = () => page((_, say) => say(text(words)));
    // Direction marks, and the characters extracted for dots.
    const shown = (bytes: Buffer) =>
      bytes
        .toString('utf8')
        .replace(/[\u200b\u200e\u200f\u202a-\u202e\f]/g, '')
        .trim();

    it('by pdftotext', async (context) => {
      needs(context, 'pdftotext');
      expect(shown(run(await pdf(), 'pdftotext', '@', '-'))).toBe(words);
    });

    it('by mutool, which returns them from left to right', async (context) => {
      needs(context, 'mutool');
      expect(shown(run(await pdf(), 'mutool', 'draw', '-q', '-F', 'txt', '@'))).toBe([...words].reverse().join(''));
    });
  });

  it('visible escapes for characters that are invisible or have no glyph', async (context) => {
    needs(context, 'pdftotext');
    const pdf = await page((_, say) => say(text('a\u202egnp.exe \u0000 \ud800 \u{10FFFD} \u{1F9FF}\u200d x\u200dy')));
    const shown = textOf(pdf);
    for (const written of ['[U+202E]', '[U+0000]', '[U+10FFFD]', 'x[U+200D]y']) expect(shown).toContain(written);
  });

  it('the same bytes for the same calls', async () => {
    const digest = async () =>
      createHash('sha256')
        .update(await page((_, say) => say(text('שלום Hello 🚨'))))
        .digest('hex');
    expect(await digest()).toBe(await digest());
  });
});

describe('the writer refuses', () => {
  it('a certificate chain that does not fit into the space for the signature', async () => {
    const { signer, remove } = await makeSigner();
    await remove();
    const document = new PdfDocument({ language: 'en-GB', furnish: () => {} }, true);
    const chain = new Array(20).fill(signer.chain[0]);
    const signed = document.finish(properties, { signer: { ...signer, chain }, name: 'n', reason: 'r', signedAt: AT });
    await expect(signed).rejects.toMatchObject({ name: 'WriterError', code: 'signature_too_large' });
  });

  it('an object that is written twice, and one that is reserved but never written', async () => {
    const objects = new ObjectWriter();
    const [root, info] = [objects.reserve(), objects.reserve()];
    objects.addPlain(root, '<<>>');
    expect(() => objects.addPlain(root, '<<>>')).toThrow(`object ${root} was written twice`);
    await expect(objects.finish({ root, info })).rejects.toThrow(`object ${info} was reserved and never written`);
  });
});
