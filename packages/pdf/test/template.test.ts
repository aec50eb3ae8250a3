import { createHash } from 'node:crypto';
import { canonicalJson, documentSchemas, type PackTemplate } from '@evidence/contracts';
import { jwksOf, type Signer, signPdf } from '@evidence/signing';
import { readTrust, verifyPdf } from '@evidence/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderTemplate } from '../src/template/index.js';
import { needs, run } from './poppler.js';
import { sampleReport } from './sample-report.js';
import { makeSigner } from './standard-packs.js';
import { breachesOf, plainOf, SHOWS_ALL, strangeEverywhere, xmpOf } from './template-rules.js';

const EXAMPLE = documentSchemas['PackTemplate.v1'].examples[0] as unknown as PackTemplate;

const HOSTILE = [
  'R&D <x> ]]> "quoted" (paren \\) ) endobj',
  '</rdf:li></rdf:Alt></dc:title></rdf:Description><pdf:Producer>FORGED</pdf:Producer>',
  '{{ report.report_id }} file:///etc/passwd http://127.0.0.1:1/',
  'プロンプトインジェクション 🚨 أوامر',
  'a\u202egnp.exe \u0000\u0007 \ud800',
  'W'.repeat(500),
  '\u0301\u200d\ufe0f',
  '',
];

let signer: Signer;
let remove: () => Promise<void>;

beforeAll(async () => {
  ({ signer, remove } = await makeSigner());
});
afterAll(() => remove());

const textOf = (pdf: Uint8Array) => run(pdf, 'pdftotext', '-layout', '@', '-').toString('utf8');
const rawTextOf = (pdf: Uint8Array) => run(pdf, 'pdftotext', '-raw', '@', '-').toString('utf8');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const pagesOf = (text: string) => text.split('\f').slice(0, -1);

describe('a template shows', () => {
  it.for([0, 15, 300])('each of %i findings once, with its links, or that there are none', async (n, context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: n });
    const pdf = await renderTemplate(EXAMPLE, report);
    const text = rawTextOf(pdf);
    expect(text.replace(/\s/g, '').match(/fnd_[0-9a-f]{26}/g) ?? []).toEqual(report.findings.map(({ id }) => id));
    expect(text.includes('No open findings in scope.')).toBe(n === 0);
    needs(context, 'qpdf');
    const links = [...plainOf(pdf).matchAll(/\/URI \(([^)]*)\)/g)].map(([, url]) => url);
    expect(new Set(links)).toEqual(new Set(report.findings.map(({ url }) => url)));
  });

  it('an id of maximum length in any column, with nothing beyond the edge of the page', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 2 });
    for (const finding of report.findings) finding.id = `W${finding.id}`.padEnd(128, 'W');
    const cell = '{{ f.id }}';
    const rows = [[cell, { ul: [{ columns: [cell, { table: { widths: ['*', '*'], body: [[cell, 'x']] } }] }] }]];
    const content = [
      { table: { widths: [60, '*'], body: [{ forEach: 'report.findings', as: 'f', rows, empty: [['-', '-']] }] } },
    ];
    const pdf = await renderTemplate({ content }, report);
    const text = rawTextOf(pdf).replace(/\s/g, '');
    const wide = report.findings.reduce((sum, { id }) => sum + id.split('W').length - 1, 0);
    expect(text.match(/W/g)).toHaveLength(3 * wide);
    const words = [
      ...run(pdf, 'pdftotext', '-bbox', '@', '-')
        .toString('utf8')
        .matchAll(/xMax="([\d.]+)"/g),
    ];
    expect(words.filter(([, xMax]) => Number(xMax) > 595.28 - 42 + 1)).toEqual([]);
  });

  it('every word of a heading and of a table head, however long they are', async (context) => {
    needs(context, 'pdftotext');
    const long = Array.from({ length: 200 }, (_, i) => `w${i}.`).join(' ');
    for (const part of [
      { text: long, headlineLevel: 1, fontSize: 48 },
      {
        table: {
          widths: [120, '*'],
          headerRows: 1,
          body: [
            [{ text: long, fontSize: 20 }, 'x'],
            ['y', 'z'],
          ],
        },
      },
    ]) {
      const text = rawTextOf(await renderTemplate({ content: [part] }, sampleReport({ findings: 0 })));
      const words = new Set(text.split(/\s+/));
      expect(long.split(' ').filter((word) => !words.has(word))).toEqual([]);
    }
  });

  it('a bookmark for each heading, nested by level', async (context) => {
    needs(context, 'mutool');
    const content = [
      { text: 'One', headlineLevel: 1 },
      { columns: ['x', { text: 'Two', headlineLevel: 2 }] },
      { text: 'Three '.repeat(60), headlineLevel: 3 },
      { text: 'Four', headlineLevel: 2 },
      { text: 'Five', headlineLevel: 1, pageBreak: 'before' as const },
    ];
    const pdf = await renderTemplate({ content }, sampleReport({ findings: 0 }));
    const outline = run(pdf, 'mutool', 'show', '@', 'outline').toString('utf8').trimEnd().split('\n');
    const shown = outline.map((line) => /(\t+)"(\w+)/.exec(line)?.slice(1));
    expect(shown).toEqual([
      ['\t', 'One'],
      ['\t\t', 'Two'],
      ['\t\t\t', 'Three'],
      ['\t\t', 'Four'],
      ['\t', 'Five'],
    ]);
  });
});

describe('every page says, independent of the template', () => {
  const white = {
    content: [
      { text: 'x', color: '#FFFFFF' },
      { text: 'y', pageBreak: 'before' as const },
    ],
  };
  const wide = { left: 'W'.repeat(200), center: 'W'.repeat(200), right: '{{ report.title }}' };

  it.for<[string, PackTemplate]>([
    ['the example', EXAMPLE],
    ['nothing but white', white],
    ['margins full of letters', { ...white, header: wide, footer: wide, pageMargins: { bottom: 72, top: 36 } }],
    ['everything', SHOWS_ALL],
  ])('the report, its digest, and that the key is a development key: %s', async ([, template], context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 60, title: 'W'.repeat(200) });
    const pages = pagesOf(textOf(await renderTemplate(template, report)));
    expect(pages.length).toBeGreaterThan(1);
    for (const [i, page] of pages.entries()) {
      expect(page).toContain(`${report.report_id} · data sha256:${sha256(canonicalJson(report))}`);
      expect(page).toContain('Development key: not evidence for third parties');
      expect(page).toContain(`The complete data is attached: ${report.report_id}.json`);
      expect(page).toContain(`Page ${i + 1} of ${pages.length}`);
    }
  });

  it('and does not mention a development key if there is none', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 1 });
    report.signature.development_key = false;
    expect(textOf(await renderTemplate(EXAMPLE, report))).not.toMatch(/development/i);
  });

  it('above the lower edge, however much the template puts into its own footer', async (context) => {
    needs(context, 'pdftotext');
    const pdf = await renderTemplate({ ...white, footer: wide }, sampleReport({ findings: 0 }));
    const words = [
      ...run(pdf, 'pdftotext', '-bbox', '@', '-')
        .toString('utf8')
        .matchAll(/yMax="([\d.]+)">([^<]*)</g),
    ];
    const said = words.filter(([, , word]) => word === 'Development');
    expect(said).toHaveLength(2);
    for (const [, yMax] of said) expect(Number(yMax)).toBeLessThan(841.89 - 30);
    expect(words.filter(([, yMax]) => Number(yMax) > 841.89)).toEqual([]);
  });
});

describe('the file', () => {
  it.for([...HOSTILE.entries()])('conforms to PDF/A-3b, with hostile text %i everywhere', async ([, text], context) => {
    for (const tool of ['qpdf', 'pdffonts', 'pdfinfo']) needs(context, tool);
    const report = strangeEverywhere(
      sampleReport({ findings: 3, title: text.slice(0, 200), findingTitles: [text] }),
      text.slice(0, 60),
    );
    const pdf = await renderTemplate(SHOWS_ALL, report);
    expect(run(pdf, 'qpdf', '--check', '@').toString()).toContain('No syntax or stream encoding errors found');
    expect(breachesOf(pdf)).toEqual([]);
  });

  it('shows the title unchanged in its properties, and escaped in its metadata', async (context) => {
    needs(context, 'pdfinfo');
    const pdf = await renderTemplate(EXAMPLE, sampleReport({ findings: 0, title: 'R&D <x> 日本語' }));
    expect(run(pdf, 'pdfinfo', '@').toString('utf8')).toContain('R&D <x> 日本語');
    expect(xmpOf(pdf)).toContain('R&amp;D &lt;x&gt; 日本語');
  });

  it('writes a character that no font has, or that is invisible, as its code point', async (context) => {
    needs(context, 'pdftotext');
    const content = ['é ß Ж 日 🚨 a\u202eb'];
    const text = textOf(await renderTemplate({ content }, sampleReport({ findings: 0 })));
    expect(text).toMatch(/é ß Ж ?\[U\+65E5\] ?\[U\+1F6A8\] ?a ?\[U\+202E\] ?b/);
  });

  it('has the whole report attached, independent of the template', async (context) => {
    needs(context, 'qpdf');
    const report = sampleReport({ findings: 40 });
    const pdf = await renderTemplate({ content: ['Nothing to see.'] }, report);
    const attached = run(pdf, 'qpdf', `--show-attachment=${report.report_id}.json`, '@');
    expect(attached.equals(canonicalJson(report))).toBe(true);
  });

  it('is valid to our verifier, pdfsig, qpdf and mutool once signed by an incremental update, and to none once changed', async (context) => {
    const pdf = await renderTemplate(EXAMPLE, sampleReport({ findings: 30 }));
    const signed = await signPdf({ pdf, signer, reason: 'Evidence report', name: 'Evidence Reports' });
    expect(Buffer.from(signed).subarray(0, pdf.length).equals(pdf)).toBe(true);
    const trust = readTrust(JSON.stringify(jwksOf([signer])));
    const dataSha256 = sha256(canonicalJson(sampleReport({ findings: 30 })));
    expect(verifyPdf({ bytes: signed, trust })).toMatchObject({ verdict: 'valid', dataSha256 });
    for (let at = 0; at < signed.length; at += 997) {
      const changed = Buffer.from(signed);
      changed[at]! ^= 1;
      expect(verifyPdf({ bytes: changed, trust }).verdict, `byte ${at}`).not.toBe('valid');
    }
    for (const tool of ['qpdf', 'pdfsig', 'mutool']) needs(context, tool);
    expect(run(signed, 'qpdf', '--check', '@').toString()).toContain('No syntax or stream encoding errors found');
    expect(breachesOf(signed)).toEqual([]);
    const seen = run(signed, 'pdfsig', '-no-ocsp', '@').toString();
    expect(seen).toContain('Signature is Valid');
    expect(seen).toContain('Total document signed');
    expect(run(signed, 'mutool', 'sign', '-v', '@').toString()).toContain('The document is unchanged since signing');
  });
});

describe('a template is reproducible', () => {
  it('after another render in the same process, and its arguments are unchanged', async () => {
    const [template, report] = [structuredClone(SHOWS_ALL), sampleReport({ findings: 3 })];
    const first = sha256(await renderTemplate(template, report));
    await renderTemplate(EXAMPLE, sampleReport({ findings: 5 }));
    expect(sha256(await renderTemplate(template, report))).toBe(first);
    expect([template, report]).toEqual([SHOWS_ALL, sampleReport({ findings: 3 })]);
  });
});

describe('renderTemplate refuses', () => {
  it('an invalid template, naming the location', async () => {
    const template = { content: [{ stack: ['x', { image: 'file:///etc/passwd' }] }] } as unknown as PackTemplate;
    await expect(renderTemplate(template, sampleReport({ findings: 0 }))).rejects.toMatchObject({
      code: 'template_invalid',
      facts: { pointer: '/content/0/stack/1' },
    });
  });

  it('a template that expands to too much, naming the location and the limit', async () => {
    const report = sampleReport({ findings: 3_000 });
    const content = [{ forEach: 'report.findings', as: 'f', content: ['x'.repeat(2_000)], empty: ['-'] }];
    await expect(renderTemplate({ content }, report)).rejects.toMatchObject({
      code: 'template_too_large',
      facts: { pointer: '/content/0/content/0/text', limit: 4_000_000 },
    });
  });
});
