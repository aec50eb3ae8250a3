import { createHash } from 'node:crypto';
import { canonicalJson, type ReportFinding, type ReportScan } from '@evidence/contracts';
import { jwksOf, type Signer } from '@evidence/signing';
import { readTrust, verifyPdf } from '@evidence/verify';
import decodeQR from 'qr/decode.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { qrCode } from '../src/standard/qr-code.js';
import { longForm, shortForm } from './long-form.js';
import { needs, run } from './poppler.js';
import { sampleReport } from './sample-report.js';
import { KEY_URL, makeSigner, packChunks, standardPack } from './standard-packs.js';
import { PdfModel } from './writer-pdf-model.js';
import { breachesOf } from './writer-rules.js';

const FORGERY = '</rdf:li></rdf:Alt></dc:title></rdf:Description><pdf:Producer>FORGED</pdf:Producer>';

const HOSTILE_TITLES = [
  'R&D <x> ]]> "quoted" (paren \\) ) endobj',
  FORGERY,
  'プロンプトインジェクション 🚨 أوامر',
  'a\u202egnp.exe \u0000 \ud800',
  'x'.repeat(500),
  '漢'.repeat(500),
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
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('the standard pack lists', () => {
  it.for([0, 15, 500])('each of %i findings exactly once', async (n, context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: n });
    const listed = textOf(await standardPack(report)).match(/fnd_[0-9a-f]{26}/g) ?? [];
    expect(listed).toEqual(report.findings.map(({ id }) => id));
  });

  it('ids and hashes of any length in full', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 3 });
    const id = `urn:uuid:${'0123456789abcdef'.repeat(8)}`.slice(0, 128);
    for (const finding of report.findings) finding.id = `${finding.id}${id}`.slice(0, 128);
    const pdf = await standardPack(report);
    const text = run(pdf, 'pdftotext', '-raw', '@', '-').toString('utf8').replace(/\s/g, '');
    for (const finding of report.findings) {
      expect(text.split(finding.id)).toHaveLength(2);
      expect(text).toContain(finding.evidence_excerpt_sha256);
    }
  });

  it('all 1,000 controls of one finding, over several pages', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 1 });
    const mappings = Array.from({ length: 1_000 }, (_, i) => ({
      ref: `ISO_42001_${'X'.repeat(40)}_${i}_`,
      basis: 'derived' as const,
      source: 's',
    }));
    const tied = longForm(report).map((finding) => ({ ...finding, mappings }));
    const pdf = await standardPack({ ...report, ...shortForm(tied) });
    const text = textOf(pdf);
    expect(mappings.filter(({ ref }) => text.split(ref).length !== 2)).toEqual([]);
    expect(breachesOf(PdfModel.read(pdf))).toEqual([]);
  });
});

const INTERRUPTED: ReportScan['run'] = { outcome: 'failed', problems: [] };

describe('the standard pack says', () => {
  it('that there are no open findings, and what was tested and what was not', async (context) => {
    needs(context, 'pdftotext');
    const text = textOf(await standardPack(sampleReport({ findings: 0 })));
    expect(text).toContain('No open findings in scope.');
    expect(text).toContain('510 evaluations with a verdict in 2 scans: 400 passed, 110 failed.');
    expect(text).toContain('1 scan has no evaluation with a verdict, so it proves nothing.');
  });

  it('that nothing was tested, and marks no control as clean', async (context) => {
    needs(context, 'pdftotext');
    const text = textOf(await standardPack(sampleReport({ findings: 0, tested: false })));
    expect(text).toContain('Nothing in scope was tested');
    expect(text).toContain('Not tested: 10 controls');
    expect(text).toMatch(/^ *Clean +– +–$/m);
    expect(text.match(/\bClean\b/g)).toHaveLength(1);
  });

  it('which numbers are unknown, which finding has no evidence, and which run failed', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 1 });
    const [first, second, ...others] = report.scans as [ReportScan, ReportScan, ...ReportScan[]];
    const hitsOnly = { ...first, evaluations: { total: null, passed: null, failed: 29, unscored: 0 } };
    const problems = ['Run 1 says that its tool failed or met an error; results may be missing.'];
    report.scans = [hitsOnly, { ...second, run: { outcome: 'failed', problems } }, ...others];
    const [finding] = report.findings as [ReportFinding];
    report.findings = [{ ...finding, evidence_excerpt_sha256: null, hits: 29, evaluations: null, score: 0.242 }];
    const pdf = await standardPack(report);
    const text = run(pdf, 'pdftotext', '-raw', '@', '-').toString('utf8').replace(/\s+/g, ' ');
    expect(text).toContain('no evidence in the file');
    expect(text).toContain('29 evaluations failed, total unknown · score 0.242');
    expect(text).toMatch(/ 260 unknown unknown 29 0 /);
    expect(text).toContain('In 1 further scan, at least 29 evaluations failed; the number that passed is unknown.');
    expect(text).toContain('1 evaluated scan failed or stopped early, so it makes no control clean.');
    expect(text).toContain(`The run failed. ${problems[0]}`);
  });

  it('in one sentence that a scan has no verdict and how it ended', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 1 });
    report.scans = report.scans.map((scan) => (scan.evaluated ? scan : { ...scan, run: INTERRUPTED }));
    const text = textOf(await standardPack(report)).replace(/\s+/g, ' ');
    expect(text).toContain(
      '1 scan has no evaluation with a verdict, so it proves nothing; it failed or stopped early.',
    );
    expect(text).not.toContain('evaluated scan failed');
  });

  it('who closed a finding and why, and whether a scan saw it again', async (context) => {
    needs(context, 'pdftotext');
    const pdf = await standardPack(sampleReport({ findings: 1 }));
    const text = run(pdf, 'pdftotext', '-raw', '@', '-').toString('utf8').replace(/\s+/g, ' ');
    expect(text).toContain(
      'last seen 2026-05-18 09:15:00 UTC, 3 observations A scan saw it again after the decision. Medium Risk accepted token tok_4h7k2m',
    );
    expect(text).toContain(
      'Low Fixed jane.doe, in the imported file in the scan of 2026-05-11 16:20:00 UTC No reason was recorded. Closed in the file as “external”',
    );
    expect(text.split('A scan saw it again after the decision.')).toHaveLength(2);
  });

  it('what each scan tested, or that this is not stated', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 1 });
    const pdf = await standardPack(report);
    const text = run(pdf, 'pdftotext', '-raw', '@', '-').toString('utf8').replace(/\s+/g, ' ');
    expect(text).toContain('Target not stated: neither the file nor its importer says what was tested.');
    expect(text).toContain('Target: openai gpt-4o-mini 2024-07-18, tools ');
    expect(text).toContain('Target: openai:gpt-4o-mini (openai gpt-4o-mini), failed 9 of 130');
    expect(text).toContain('Target: local (ollama llama3.2), passed 130 of 130');
    expect(text.replaceAll(' ', '')).toContain(
      `Testsuiteof29pairsofprobeanddetector:${report.scans[1]?.suite?.sha256}`,
    );
  });

  it('the requested excerpts, and that erasure does not reach copies', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 2 });
    const [first, ...others] = report.findings as [ReportFinding, ...ReportFinding[]];
    report.findings = [{ ...first, evidence_excerpt: 'Sure,\nhere is how.' }, ...others];
    report.evidence_notice = 'Erasing them later cannot reach copies.';
    const pdf = await standardPack(report);
    const text = run(pdf, 'pdftotext', '-raw', '@', '-').toString('utf8').replace(/\s+/g, ' ');
    expect(text).toContain('“Sure, here is how.”');
    expect(text).toContain('Erasing them later cannot reach copies.');
    expect(breachesOf(PdfModel.read(pdf))).toEqual([]);
  });

  it('what happened to every row of an imported file', async (context) => {
    needs(context, 'pdftotext');
    const pdf = await standardPack(sampleReport({ findings: 1 }));
    const text = run(pdf, 'pdftotext', '-raw', '@', '-').toString('utf8').replace(/\s+/g, ' ');
    expect(text).toContain('60 candidate findings: 60 recorded');
    expect(text).toContain('60 candidate findings: 58 recorded, 2 skipped as not_json');
  });

  it('the number of pages on each page, and the page of each chapter in the contents', async (context) => {
    needs(context, 'pdftotext');
    const pages = textOf(await standardPack(sampleReport({ findings: 40 })))
      .split('\f')
      .slice(0, -1);
    pages.forEach((page, i) => {
      expect(page).toContain(`Page ${i + 1} of ${pages.length}`);
    });
    for (const chapter of ['Summary', 'Findings register', 'Coverage by control', 'Scans', 'Method and verification']) {
      const said = Number(new RegExp(`^${chapter} +(\\d+)$`, 'm').exec(pages[0] ?? '')?.[1]);
      expect(pages[said - 1]).toMatch(new RegExp(`^ *${chapter}$`, 'm'));
    }
  });

  it('where the keys are, as a QR code that a phone can read', () => {
    const size = 400;
    const pixels = new Uint8Array(size * size * 4).fill(255);
    const fill = (x: number, y: number, width: number, height: number) => {
      for (let row = Math.round(y); row < Math.round(y + height); row++) {
        pixels.fill(0, (row * size + Math.round(x)) * 4, (row * size + Math.round(x + width)) * 4);
      }
    };
    qrCode(KEY_URL, size, 'Keys').draw({ fill } as never, 0, 0);
    for (let alpha = 3; alpha < pixels.length; alpha += 4) pixels[alpha] = 255;
    expect(decodeQR({ width: size, height: size, data: pixels })).toBe(KEY_URL);
  });
});

describe('the signed standard pack', () => {
  it('is accepted by our verifier, and refused after a change of one byte', async () => {
    const pdf = await standardPack(sampleReport({ findings: 15 }), { signer });
    const trust = readTrust(JSON.stringify(jwksOf([signer])));
    const dataSha256 = sha256(canonicalJson(sampleReport({ findings: 15 })));
    expect(verifyPdf({ bytes: pdf, trust })).toMatchObject({ verdict: 'valid', dataSha256 });
    for (let at = 0; at < pdf.length; at += 997) {
      const changed = Buffer.from(pdf);
      changed[at]! ^= 1;
      expect(verifyPdf({ bytes: changed, trust }).verdict, `byte ${at}`).not.toBe('valid');
    }
  });

  it('is intact and valid according to qpdf, pdfsig and mutool', async (context) => {
    for (const tool of ['qpdf', 'pdfsig', 'mutool']) needs(context, tool);
    const pdf = await standardPack(sampleReport({ findings: 200 }), { signer });
    expect(run(pdf, 'qpdf', '--check', '@').toString()).toContain('No syntax or stream encoding errors found');
    const seen = run(pdf, 'pdfsig', '-no-ocsp', '@').toString();
    expect(seen).toContain('Signature is Valid');
    expect(seen).toContain('Total document signed');
    expect(run(pdf, 'mutool', 'sign', '-v', '@').toString()).toContain('The document is unchanged since signing');
  });

  it('has the JSON artifact attached, byte for byte', async (context) => {
    needs(context, 'qpdf');
    const report = sampleReport({ findings: 15 });
    const pdf = await standardPack(report, { signer });
    const attached = run(pdf, 'qpdf', `--show-attachment=${report.report_id}.json`, '@');
    expect(attached.equals(canonicalJson(report))).toBe(true);
  });
});

describe('the standard pack keeps every rule', () => {
  it.for([...HOSTILE_TITLES.entries()])('with hostile title %i', async ([, title], context) => {
    const report = sampleReport({ findings: 12, title: title.slice(0, 200), findingTitles: HOSTILE_TITLES });
    const pdf = await standardPack(report, { signer });
    expect(breachesOf(PdfModel.read(pdf))).toEqual([]);
    needs(context, 'qpdf');
    expect(run(pdf, 'qpdf', '--check', '@').toString()).toContain('No syntax or stream encoding errors found');
  });
});

describe('the standard pack is reproducible', () => {
  it('with the signature, for any chunking of the JSON', async () => {
    const report = sampleReport({ findings: 200 });
    const digests = await Promise.all(
      [1_000, 16_384, 1_000_000].map(async (jsonChunk) => sha256(await standardPack(report, { signer, jsonChunk }))),
    );
    expect(new Set(digests).size).toBe(1);
  });

  it('and two reports with the same title have different file ids', async () => {
    const idOf = async (findings: number) =>
      PdfModel.read(await standardPack(sampleReport({ findings }))).trailer.get('/ID');
    expect(await idOf(1)).not.toEqual(await idOf(2));
  });
});

describe('the standard pack streams', () => {
  it('its first bytes before it has read the last finding', async () => {
    const { findings, ...facts } = sampleReport({ findings: 400 });
    let read = 0;
    function* counted() {
      for (const finding of findings) {
        read += 1;
        yield finding;
      }
    }
    const chunks = packChunks({ ...facts, findings: counted() as never });
    await chunks.next();
    expect(read).toBeLessThan(400);
    await chunks.return(undefined);
  });

  it('and rethrows the errors of its findings', async () => {
    const { findings: _, ...facts } = sampleReport({ findings: 1 });
    // biome-ignore lint/correctness/useYield: it fails before it can yield.
    async function* failing() {
      throw new Error('the cursor broke');
    }
    const reading = async () => {
      for await (const chunk of packChunks({ ...facts, findings: failing() as never })) expect(chunk).toBeDefined();
    };
    await expect(reading()).rejects.toThrow('the cursor broke');
  });
});
