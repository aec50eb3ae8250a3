import { expect, it } from 'vitest';
import { controlMarks } from '../src/standard/charts.js';
import { evidenceFor } from '../src/standard/sentences/coverage.js';
import { VERDICTS, verdictMeaning, verdictName } from '../src/standard/sentences/verdicts.js';
import { drawVerdict } from '../src/standard/verdict-marks.js';
import { ContentStream } from '../src/writer/content-stream.js';
import { type JudgedOptions, judgedReport } from './judged-report.js';
import { needs, run } from './poppler.js';
import { standardPack } from './standard-packs.js';
import { PdfModel } from './writer-pdf-model.js';
import { breachesOf } from './writer-rules.js';

const wordsOf = (pdf: Uint8Array) => run(pdf, 'pdftotext', '-raw', '@', '-').toString('utf8').replace(/\s+/g, ' ');
const packOf = async (options?: JudgedOptions) => wordsOf(await standardPack(judgedReport(options)));

it('“N of M controls have findings” counts only controls that a tag names directly', async (context) => {
  needs(context, 'pdftotext');
  const report = judgedReport();
  const text = wordsOf(await standardPack(report));
  const controls = report.coverage.flatMap(({ controls }) => controls);
  const direct = controls.filter(({ direct_count }) => direct_count > 0);
  expect(controls.filter(({ finding_count }) => finding_count > 0).length).toBeGreaterThan(direct.length);
  expect(text).toContain(`${direct.length} of ${controls.length} controls have findings.`);
  for (const { controls } of report.coverage) {
    const tagged = controls.filter(({ direct_count }) => direct_count > 0).length;
    expect(text).toContain(`${tagged} of ${controls.length} controls have findings.`);
  }
});

it('indicated controls come after direct findings, in a separate section', async (context) => {
  needs(context, 'pdftotext');
  const text = await packOf();
  expect(text).toContain('8 more controls are only indicated.');
  const order = ['open findings in scope', 'Controls with findings', 'What was tested', 'Only indicated: not findings'];
  const places = order.map((words) => text.indexOf(words));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

it('the summary counts each verdict separately and explains it', async (context) => {
  needs(context, 'pdftotext');
  const text = await packOf();
  for (const verdict of VERDICTS) expect(text).toContain(`${verdictName[verdict]} ${verdictMeaning[verdict]}`);
  expect(text).toContain(
    '2 none open in scope · 3 not applicable · 2 only indicated · 1 clean · 1 partly tested · 6 not tested',
  );
});

it('the chart has a mark for each control, and its alternative text counts each verdict', () => {
  const [, framework] = judgedReport().coverage;
  const drawn: number[] = [];
  const content = new ContentStream(0);
  for (const method of ['fill', 'shape', 'rule', 'circle'] as const) content[method] = () => void drawn.push(1);
  const figure = controlMarks(framework!, 272);
  expect(figure.alt).toContain(
    '2 finding; 2 none open in scope; 3 not applicable; 2 only indicated; 1 clean; 1 partly tested; 6 not tested',
  );
  figure.draw(content, 0, 0);
  // “None open in scope” and “Partly tested” take two operators each: a half-filled square, and a circle with a line in it.
  expect(drawn).toHaveLength(17 + 2 + 1);
});

it('the marks of verdicts differ in shape, not only in colour', () => {
  const shapes = VERDICTS.map((verdict) => {
    const content = new ContentStream(0);
    drawVerdict(verdict, content, 0, 0);
    return Buffer.from(content.bytes)
      .toString('latin1')
      .replace(/[\d. ]+ (?:rg|RG|w) /g, '');
  });
  expect(new Set(shapes).size).toBe(VERDICTS.length);
});

it('each verdict comes with its evidence', async (context) => {
  needs(context, 'pdftotext');
  const text = await packOf();
  for (const sentence of [
    '2 more findings are linked to it only by the crosswalk.',
    'Findings or failed tests are tagged with this control, although it does not apply to the system as described.',
    'Indicated by 4 findings. Strongest link: derived (primary), from OWASP_LLM04 Data and Model Poisoning. Source: Our reading of both texts.',
    'Indicated by 9 findings. Strongest link: published (primary), from OWASP_LLM01 Prompt Injection. Source: OWASP, OWASP Top 10 for LLM Applications 2025, Appendix 1, p. 68. Reviewed by Jane Doe, 2026-11-20.',
    '13 of 64 evaluations failed, and at least 3 more in scans that state no total. Closed findings: 2 risk accepted and 1 fixed. Findings of severities that were not requested: 3 low.',
    'At least 7 evaluations failed; the total is unknown.',
    'Obligations of deployers of high-risk AI systems EU_AI_ACT_Art26 99 evaluations have no verdict. Partly tested – 1 of 1',
    'Does not apply yet on 2026-05-22. Applies from 2027-12-02. Article 72',
  ]) {
    expect(text).toContain(sentence);
  }
});

it.each([
  ['AIDEFEND, not stated, 415a1a286aaf2c96110389858330390f033838f9', 'AIDEFEND, commit 415a1a286aaf.'],
  ['AIDEFEND, 2026-08-19, 415a1a286aaf2c96110389858330390f033838f9', 'AIDEFEND, 2026-08-19, commit 415a1a286aaf.'],
  ['ai-act-compliance, not stated, references/05.md', 'ai-act-compliance, edition not stated, references/05.md.'],
  ['How to map, not stated', 'How to map, edition not stated.'],
])('a source has an edition “not stated” only if no commit identifies its version: %s', (source, shown) => {
  const control = judgedReport().coverage[1]!.controls.find(({ verdict }) => verdict === 'indicated')!;
  const by = { ...control.indicated_by!, source };
  expect(evidenceFor({ ...control, indicated_by: by }, undefined, '').join(' ')).toContain(`Source: ${shown}`);
});

it('each untested control says who it addresses and from when, whether or not the system is described', async (context) => {
  needs(context, 'pdftotext');
  const addressed = 'Addresses providers of high-risk AI systems.';
  const dates = 'Applies from 2027-12-02 (Annex III); 2028-08-02 (Annex I).';
  const text = await packOf();
  expect(text).toContain(`${addressed} ${dates} Reviewed. Article 12 · Article 16`);
  expect(text.split('Unless a row says “Reviewed”')).toHaveLength(2);
  expect(text.split('A link between two controls has been reviewed only if its row names the reviewer.')).toHaveLength(
    2,
  );
  expect(text).toContain('These are the dates of Article 12. Reviewed. Annex IV');
  expect(text).toContain(`every high-risk AI system Article 9 ${addressed} ${dates}`);
  const described = await packOf({ described: true });
  expect(described).toContain(
    'Provider, high-risk under Annex III, not a general-purpose model, assessed as of 2026-05-22',
  );
  expect(described).toContain('The controls listed as not tested may apply: the description does not rule them out.');
  expect(described).toContain(`${addressed} ${dates} Reviewed. Article 12 · Article 16`);
  // Article 13 (tested, but not reviewed), Article 9, and Articles 12 and 16.
  expect(described.split(dates)).toHaveLength(4);
});

it('the pack says how current each catalog is and which rules the verdicts follow', async (context) => {
  needs(context, 'pdftotext');
  const text = await packOf();
  expect(text).toContain('A consolidated text has no legal force; only the Official Journal is authentic.');
  expect(text).toContain(
    'The catalog was last compared with the publisher’s text on 2026-01-15. That was more than 90 days',
  );
  expect(text).toContain('The verdicts follow version 2026-11-29 of the rules.');
});

it('pairs are ordered by tagged ends, pairs without one are only counted, and omissions are stated', async (context) => {
  needs(context, 'pdftotext');
  const text = await packOf({ pairs: [45, 300, 125] });
  const [before = '', both = '', one = ''] = text.split(
    /Pairs of controls that scanners tagged together|Pairs with one tagged control/,
  );
  expect(before).not.toBe('');
  expect(both.match(/MITRE_ATLAS_AML_T3\d{3}/g)).toHaveLength(40 - 3);
  expect(both).toContain('5 more pairs of this kind are listed only in the JSON.');
  expect(new Set(one.match(/MITRE_ATLAS_AML_T2\d{3}/g)).size).toBe(80 - 3);
  expect(one).toContain('220 more pairs of this kind are listed only in the JSON.');
  expect(text).not.toMatch(/MITRE_ATLAS_AML_T1\d{3}/);
  expect(one).toContain('125 more pairs are linked only by the crosswalk: no scanner tagged either control.');
});

it('a ref has its title at its first use, requested frameworks come first, and the origin of each tag is stated', async (context) => {
  needs(context, 'pdftotext');
  const [, register = ''] = (await packOf()).split(/SHA-256 of the redacted excerpt\./);
  const [findings = ''] = register.split('Coverage by control Each control');
  expect(findings.split('EU_AI_ACT_Art15 Accuracy, robustness and cybersecurity')).toHaveLength(2);
  expect(findings.match(/EU_AI_ACT_Art15/g)?.length).toBe(15);
  expect(findings).toMatch(/Tagged in the file: OWASP_LLM02 Sensitive Information Disclosure, CWE_79/);
  expect(findings).toContain('OWASP_LLM_2023_LLM02 Insecure Output Handling (2023)');
  expect(findings).toContain('Tagged by garak’s published table (version 0.13.3): OWASP_LLM01 Prompt Injection');
  expect(findings).toContain('Indicated by a published link: EU_AI_ACT_Art15');
});

it('a report with all of this keeps every rule', async () => {
  for (const described of [true, false]) {
    const pdf = await standardPack(judgedReport({ described, pairs: [60, 90, 10] }));
    expect(breachesOf(PdfModel.read(pdf))).toEqual([]);
  }
});
