import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { EvidenceReport } from '@evidence/contracts';
import { PACK_MAX_FINDINGS, PdfError, renderPack } from '@evidence/pdf';
import { describe, expect, it } from 'vitest';
import { needs, run } from './poppler.js';
import { sampleReport } from './sample-report.js';

const FORGERY = '</rdf:li></rdf:Alt></dc:title></rdf:Description><pdf:Producer>FORGED</pdf:Producer>';

const HOSTILE_TITLES = [
  'R&D <x> ]]> "quoted"',
  FORGERY,
  'プロンプトインジェクション 🚨 أوامر',
  'a\u202egnp.exe \u0000 \ud800',
  'x'.repeat(500),
  '漢'.repeat(500),
  '',
];

/** In points. */
const A4_HEIGHT = 841.89;
const FOOT_MARGIN = 54;

const textOf = (pdf: Uint8Array) => run(pdf, 'pdftotext', '-layout', '@', '-').toString('utf8');
/** In the order in which it was written. */
const rawTextOf = (pdf: Uint8Array) => run(pdf, 'pdftotext', '-raw', '@', '-').toString('utf8');

describe('renderPack lists', () => {
  it.for([0, 15, 500])('every one of %i findings exactly once', async (n, context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: n });
    const pdf = await renderPack(report);
    const text = textOf(pdf);
    const listed = text.match(/fnd_[0-9a-f]{26}/g) ?? [];
    expect(listed).toEqual(report.findings.map(({ id }) => id));
  });

  it('ids and hashes of any length in full', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 3 });
    const id = `urn:uuid:${'0123456789abcdef'.repeat(8)}`.slice(0, 128);
    for (const finding of report.findings) finding.id = `${finding.id}${id}`.slice(0, 128);
    const text = rawTextOf(await renderPack(report)).replace(/\s/g, '');
    for (const finding of report.findings) {
      expect(text.split(finding.id)).toHaveLength(2);
      expect(text).toContain(finding.evidence_excerpt_sha256);
    }
  });

  it.for([30, 400])(
    'the controls of each finding under its id, %i and more of them, none broken over lines',
    async (n, context) => {
      needs(context, 'pdftotext');
      const report = sampleReport({ findings: 12, derivedRefs: n });
      const [, ...blocks] = rawTextOf(await renderPack(report)).split(/fnd_[0-9a-f]{26}/);
      report.findings.forEach(({ mappings }, i) => {
        const words = new Set(blocks[i]?.split(/[\s,]+/));
        expect(mappings.filter(({ ref }) => !words.has(ref))).toEqual([]);
      });
    },
  );

  it('a finding on one page when it fits on one', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 40, derivedRefs: 30 });
    const pages = rawTextOf(await renderPack(report)).split('\f');
    for (const { id, mappings } of report.findings) {
      const [, block = ''] = pages.find((page) => page.includes(id))?.split(id) ?? [];
      expect(block).toContain(mappings.at(-1)?.ref);
    }
  });

  it('nothing over the foot of a page, however long and wide the texts of a finding are', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 40, findingTitles: ['W'.repeat(500)] });
    report.findings.forEach((finding, i) => {
      finding.mappings = Array.from({ length: 3 * i }, (_, n) => ({
        ref: `${'W'.repeat(78)}${100 + n}`,
        basis: 'derived',
        source: 's',
      }));
    });
    const words = run(await renderPack(report), 'pdftotext', '-bbox', '@', '-').toString('utf8');
    const bottoms = [...words.matchAll(/yMax="([\d.]+)">(W+\d{3}),?</g)];
    expect(bottoms).toHaveLength((3 * 40 * 39) / 2);
    expect(bottoms.filter(([, yMax]) => Number(yMax) > A4_HEIGHT - FOOT_MARGIN)).toEqual([]);
  });

  it('every control that was not tested by its own id, none broken over lines', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 3, untestedControls: 300 });
    const text = rawTextOf(await renderPack(report));
    const listed = new Set(text.split(/\n|·|controls? /).map((id) => id.trim()));
    for (const { controls } of report.coverage) {
      const untested = controls.filter(({ verdict }) => verdict === 'not_tested');
      expect(text).toContain(`Not tested: ${untested.length} control`);
      expect(untested.filter(({ native_id }) => !listed.has(native_id))).toEqual([]);
    }
  });

  it('every overlap, in order', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 1 });
    report.cross_framework_overlaps = Array.from({ length: 101 }, (_, i) => ({
      ref_a: `OWASP_LLM_A${i}`,
      ref_b: `MITRE_ATLAS_B${i}`,
      finding_count: 500 - i,
      direct_count: i % 3,
    }));
    const listed = rawTextOf(await renderPack(report)).match(/OWASP_LLM_A\d+\s+MITRE_ATLAS_B\d+\s+\d+/g) ?? [];
    expect(listed.map((pair) => pair.split(/\s+/))).toEqual(
      report.cross_framework_overlaps.map(({ ref_a, ref_b, finding_count: n }) => [ref_a, ref_b, `${n}`]),
    );
  });
});

describe('renderPack says', () => {
  it('that there are no open findings, and what was and was not tested', async (context) => {
    needs(context, 'pdftotext');
    const text = textOf(await renderPack(sampleReport({ findings: 0 })));
    expect(text).toContain('No open findings in scope.');
    expect(text).toContain('510 evaluations with a verdict in 2 scans: 400 passed, 110 failed.');
    expect(text).toContain('1 scan was not evaluated and proves nothing.');
  });

  it('that nothing was tested, and calls no control clean', async (context) => {
    needs(context, 'pdftotext');
    const text = textOf(await renderPack(sampleReport({ findings: 0, tested: false })));
    expect(text).toContain('Nothing in scope was tested');
    expect(text).not.toMatch(/\sClean\s*–/);
    expect(text).toContain('Not tested: 10 controls');
    expect(text).toContain('Not tested: 6 controls');
  });

  it('that the key is a development key, and only then', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 1 });
    expect(textOf(await renderPack(report))).toContain('Signed with a development key');
    report.signature.development_key = false;
    expect(textOf(await renderPack(report))).not.toMatch(/development key/i);
  });

  it('how many pages there are, on each', async (context) => {
    needs(context, 'pdftotext');
    const pages = textOf(await renderPack(sampleReport({ findings: 15 })))
      .split('\f')
      .slice(0, -1);
    pages.forEach((page, i) => {
      expect(page).toContain(`Page ${i + 1} of ${pages.length}`);
    });
  });
});

describe('renderPack writes', () => {
  it.for([0, 15])('a file that qpdf finds whole, with %i findings', async (n, context) => {
    needs(context, 'qpdf');
    const pdf = await renderPack(sampleReport({ findings: n }));
    expect(run(pdf, 'qpdf', '--check', '@').toString()).toContain('No syntax or stream encoding errors found');
  });

  it('only embedded fonts', async (context) => {
    needs(context, 'pdffonts');
    const [, , ...fonts] = run(await renderPack(sampleReport({ findings: 15 })), 'pdffonts', '@')
      .toString()
      .trim()
      .split('\n');
    expect(fonts.length).toBeGreaterThan(2);
    for (const font of fonts) expect(font).toMatch(/^\w{6}\+\S+ +CID TrueType +Identity-H +yes yes yes/);
  });

  it('no empty box (.notdef), whatever any text of the report holds', async (context) => {
    needs(context, 'qpdf');
    const strange = '漢🚨\u202eأ';
    const pdf = await renderPack(strangeEverywhere(sampleReport({ findings: 3 }), strange));
    const plain = run(pdf, 'qpdf', '--qdf', '--object-streams=disable', '@', '-').toString('latin1');
    const glyphs = [...plain.matchAll(/\[((?:<[0-9a-f]*>|[-\d. ])+)\] TJ/g)]
      .flatMap(([, shown = '']) => [...shown.matchAll(/<([0-9a-f]*)>/g)])
      .flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
    expect(glyphs.length).toBeGreaterThan(1_000);
    expect(glyphs.filter((glyph) => glyph === '0000')).toEqual([]);
  });

  it('well-formed metadata for hostile titles, with the title as it is', async (context) => {
    needs(context, 'pdfinfo');
    for (const title of HOSTILE_TITLES) {
      const pdf = await renderPack(
        sampleReport({ findings: 2, title: title.slice(0, 200), findingTitles: HOSTILE_TITLES }),
      );
      const xmp = run(pdf, 'pdfinfo', '-meta', '@').toString('utf8');
      expect(elementsOf(xmp).filter((name) => name === 'pdf:Producer')).toHaveLength(1);
      expect(xmp).toContain('<pdf:Producer>Evidence Reports</pdf:Producer>');
    }
    const shown = run(
      await renderPack(sampleReport({ findings: 0, title: 'R&D <x> 日本語' })),
      'pdfinfo',
      '@',
    ).toString('utf8');
    expect(shown).toContain('R&D <x> 日本語');
  });

  it('what PDF/A-3b asks of the catalog: part 3, conformance B, an output intent', async (context) => {
    needs(context, 'qpdf');
    const pdf = await renderPack(sampleReport({ findings: 1 }));
    const plain = run(pdf, 'qpdf', '--qdf', '--object-streams=disable', '@', '-').toString('latin1');
    expect(plain).toContain('<pdfaid:part>3</pdfaid:part>');
    expect(plain).toContain('<pdfaid:conformance>B</pdfaid:conformance>');
    expect(plain).toContain('/S /GTS_PDFA1');
    const links = plain.match(/<<[^<>]*\/Subtype \/Link/g) ?? [];
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((link) => !link.includes('/F 4'))).toEqual([]);
  });

  it('a bookmark for each chapter', async () => {
    const pdf = Buffer.from(await renderPack(sampleReport({ findings: 1 }))).toString('latin1');
    for (const chapter of ['Summary', 'Findings register', 'Coverage by control', 'Scans', 'Method and verification']) {
      expect(pdf).toContain(`(${chapter})`);
    }
  });
});

describe('renderPack is reproducible', () => {
  it('in another time zone, another language and another process', async () => {
    const report = sampleReport({ findings: 15 });
    const here = createHash('sha256')
      .update(await renderPack(report))
      .digest('hex');
    const child = fileURLToPath(new URL('./render-in-child.mjs', import.meta.url));
    for (const surroundings of [
      { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
      { TZ: 'America/St_Johns', LANG: 'C' },
    ]) {
      const env = { ...process.env, ...surroundings };
      const there = execFileSync(process.execPath, [child], { env, input: JSON.stringify(report), encoding: 'utf8' });
      expect(there).toBe(here);
    }
  });

  it('and two reports with one title have two file ids', async () => {
    const idOf = async (findings: number) =>
      /\/ID \[<([0-9a-f]+)>/.exec(Buffer.from(await renderPack(sampleReport({ findings }))).toString('latin1'))?.[1];
    const [one, two] = [await idOf(1), await idOf(2)];
    expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(one).not.toBe(two);
  });
});

describe('renderPack refuses', () => {
  it('more findings than memory holds', async () => {
    const report = sampleReport({ findings: 1 });
    report.findings = new Array(PACK_MAX_FINDINGS + 1).fill(report.findings[0]);
    const error = await renderPack(report).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PdfError);
    expect(error).toMatchObject({ code: 'too_many_findings', facts: { limit: PACK_MAX_FINDINGS } });
  });
});

/** The report with `strange` in every text whose characters its contract leaves open. */
function strangeEverywhere(report: EvidenceReport, strange: string): EvidenceReport {
  const open = new Set(
    'title name edition native_id severity_original version probe detector reason decided_by format subject tag key_id renderer_version'.split(
      ' ',
    ),
  );
  return JSON.parse(JSON.stringify(report), (key, value) => {
    if (key === 'excluded') return { ...value, [strange]: 1 };
    return open.has(key) && typeof value === 'string' ? `${value} ${strange}` : value;
  });
}

/** Names of the elements of an XML text, in order; throws unless the tags nest and every `&` starts an entity. */
function elementsOf(xml: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  if (/&(?!amp;|lt;|gt;|quot;|apos;)/.test(xml)) throw new Error('an & that starts no entity');
  for (const [, close, name = '', self] of xml.replace(/<\?.*?\?>/gs, '').matchAll(/<(\/?)([\w:]+)[^<>]*?(\/?)>/g)) {
    if (close === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      names.push(name);
      if (self !== '/') open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is never closed`);
  return names;
}
