import fc from 'fast-check';
import { expect, it } from 'vitest';
import { needs, run } from './poppler.js';
import { sampleReport } from './sample-report.js';
import { standardPack } from './standard-packs.js';
import { PdfModel } from './writer-pdf-model.js';
import { breachesOf } from './writer-rules.js';

/** Fixed, so that a failure can be reproduced. */
const SEED = 20_261_126;

/** Characters that break layouts, syntaxes and readers, mixed with harmless words. */
const SPITEFUL = [
  '\0',
  '\u0007',
  '\r\n',
  '\u2028',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufeff',
  '\uffff',
  '\ud800',
]
  .concat([
    '\udc00',
    '\u0301'.repeat(40),
    '\u{e0001}',
    '\u{10ffff}',
    '🏳️‍🌈',
    '👩🏽‍💻',
    '🇨🇭',
    ')',
    '\\',
    '((',
    '<<',
    '>>',
    '%%EOF',
  ])
  .concat([
    'endstream',
    'endobj',
    '&',
    '<x>',
    ']]>',
    '<?x?>',
    '{{',
    'مرحبا',
    'שלום',
    'नमस्ते',
    'ภาษาไทย',
    '漢字',
    '词',
    '한국어',
    'ﷺ',
    'ǅ',
  ]);

const title = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(fc.oneof(fc.constantFrom(...SPITEFUL), fc.string({ maxLength: 12 })), { maxLength: 30 })
    .map((w) => w.join(' ')),
  fc.array(fc.constantFrom(...SPITEFUL), { maxLength: 30 }).map((words) => words.join('')),
);

it('with any texts, the pack keeps every rule and lists every finding', async (context) => {
  needs(context, 'pdftotext');
  const texts = fc.record({
    title: title.filter((text) => text !== ''),
    findingTitles: fc.array(title, { minLength: 8, maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(texts, async ({ title, findingTitles }) => {
      const report = sampleReport({ findings: 8, title: title.slice(0, 200).toWellFormed(), findingTitles });
      const pdf = await standardPack(report);
      expect(breachesOf(PdfModel.read(pdf))).toEqual([]);
      const listed = run(pdf, 'pdftotext', '-raw', '@', '-')
        .toString('utf8')
        .match(/fnd_[0-9a-f]{26}/g);
      expect(new Set(listed)).toEqual(new Set(report.findings.map(({ id }) => id)));
    }),
    { seed: SEED, numRuns: 40 },
  );
}, 120_000);
