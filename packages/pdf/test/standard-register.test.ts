import { describe, expect, it } from 'vitest';
import { longForm, shortForm } from './long-form.js';
import { needs, run } from './poppler.js';
import { sampleReport } from './sample-report.js';
import { standardPack } from './standard-packs.js';

/** In points. */
const A4_HEIGHT = 841.89;
const FOOT_MARGIN = 54;

const textOf = (pdf: Uint8Array) => run(pdf, 'pdftotext', '-layout', '@', '-').toString('utf8');
/** The text in the order in which it was written. */
const rawTextOf = (pdf: Uint8Array) => run(pdf, 'pdftotext', '-raw', '@', '-').toString('utf8');

describe('the register of the standard pack lists', () => {
  it.for([30, 400])(
    'the controls of each finding (%i and more) under its id, none broken across lines',
    async (n, context) => {
      needs(context, 'pdftotext');
      const report = sampleReport({ findings: 12, derivedRefs: n });
      // A finding that continues on the next page repeats its id at the top.
      const [, ...parts] = rawTextOf(await standardPack(report)).split(/(fnd_[0-9a-f]{26})/);
      const words = new Map(report.findings.map(({ id }) => [id, new Set<string>()]));
      for (let i = 0; i < parts.length; i += 2) {
        for (const word of parts[i + 1]?.split(/[\s,]+/) ?? []) words.get(parts[i] ?? '')?.add(word);
      }
      for (const { id, mappings } of longForm(report)) {
        expect(mappings.filter(({ ref }) => !words.get(id)?.has(ref))).toEqual([]);
      }
    },
  );

  it('a finding on one page if it fits', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 40, derivedRefs: 30 });
    const pages = rawTextOf(await standardPack(report)).split('\f');
    for (const { id, mappings } of longForm(report)) {
      const [, block = ''] = pages.find((page) => page.includes(id))?.split(id) ?? [];
      expect(block).toContain(mappings.at(-1)?.ref);
    }
  });

  it('nothing below the foot of a page, however long and wide the texts of a finding are', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 40, findingTitles: ['W'.repeat(500)] });
    const wide = longForm(report).map((finding, i) => ({
      ...finding,
      mappings: Array.from({ length: 3 * i }, (_, n) => ({
        ref: `${'W'.repeat(78)}${100 + n}`,
        basis: 'derived' as const,
        source: 's',
      })),
    }));
    const words = run(await standardPack({ ...report, ...shortForm(wide) }), 'pdftotext', '-bbox', '@', '-').toString(
      'utf8',
    );
    const bottoms = [...words.matchAll(/yMax="([\d.]+)">(W+\d{3}),?</g)];
    expect(bottoms).toHaveLength((3 * 40 * 39) / 2);
    expect(bottoms.filter(([, yMax]) => Number(yMax) > A4_HEIGHT - FOOT_MARGIN)).toEqual([]);
  });

  it('every untested control by its own id, none broken across lines', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 3, untestedControls: 300 });
    const text = rawTextOf(await standardPack(report));
    const listed = new Set(text.split(/\n|·|controls? /).map((id) => id.trim()));
    for (const { controls } of report.coverage) {
      const untested = controls.filter(({ verdict }) => verdict === 'not_tested');
      expect(text).toContain(`Not tested: ${untested.length} control`);
      expect(untested.filter(({ native_id }) => !listed.has(native_id))).toEqual([]);
    }
  });
});

describe('the standard pack says', () => {
  it('that the key is a development key, only if it is one', async (context) => {
    needs(context, 'pdftotext');
    const report = sampleReport({ findings: 1 });
    expect(textOf(await standardPack(report))).toContain('Signed with a development key');
    report.signature.development_key = false;
    expect(textOf(await standardPack(report))).not.toMatch(/development key/i);
  });
});

it('the receipt of the standard pack says how much was redacted', async (context) => {
  needs(context, 'pdftotext');
  const report = sampleReport({ findings: 1 });
  const saying = async (redactions: number) =>
    textOf(await standardPack({ ...report, receipt: { ...report.receipt, redactions } })).replaceAll(/\s+/g, ' ');
  expect(await saying(0)).toContain('No text in this report’s data was redacted.');
  expect(await saying(1)).toContain('1 piece of text that looked like a secret');
  expect(await saying(1200)).toContain('1,200 pieces of text that looked like secrets');
});

it('the receipt of the standard pack mentions unreadable events only if there are some', async (context) => {
  needs(context, 'pdftotext');
  const report = sampleReport({ findings: 3 });
  const sentence = /2 events up to that position cannot be read/;
  expect(textOf(await standardPack(report))).not.toMatch(sentence);
  const lacking = { ...report, receipt: { ...report.receipt, unreadable_events: 2 } };
  expect(textOf(await standardPack(lacking)).replaceAll(/\s+/g, ' ')).toMatch(sentence);
});
