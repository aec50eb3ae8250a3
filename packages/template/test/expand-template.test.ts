import { documentSchemas, type EvidenceReport, type PackTemplate } from '@evidence/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleReport } from '../../pdf/test/sample-report.js';
import {
  assertTemplate,
  EXPANDED_CHARS_MAX,
  EXPANDED_PARTS_MAX,
  expandTemplate,
  TemplateTooLarge,
} from '../src/index.js';

const EXAMPLE = documentSchemas['PackTemplate.v1'].examples[0] as unknown as PackTemplate;

function expand(template: unknown, report: EvidenceReport) {
  assertTemplate(template);
  return expandTemplate(template, report);
}

/** The texts of the first paragraphs, in order. */
const textsOf = (template: unknown, report: EvidenceReport) =>
  expand(template, report).content.map(({ text = [] }) => text.map((run) => run.text).join(''));

const each = (list: string, as: string, ...content: unknown[]) => ({ forEach: list, as, content, empty: ['none'] });

describe('a text reads the report', () => {
  const report = sampleReport({ findings: 3 });

  it.each([
    ['a value', 'Title: {{ report.title }}.', 'Title: Q2 2026 evidence pack.'],
    ['a number', '{{report.summary.total_open}}', '3'],
    ['a boolean', '{{ report.signature.development_key }}', 'yes'],
    ['a list', '{{ report.frameworks }}', 'OWASP_LLM, MITRE_ATLAS'],
    ['several', '{{ report.scope.from }}/{{ report.scope.to }}', '2026-04-01/2026-06-30'],
  ])('%s', (_, text, read) => {
    expect(textsOf({ content: [text] }, report)).toEqual([read]);
  });

  it('and shows absent, null and empty values as a dash', () => {
    const { critical: _, ...summary } = report.summary;
    const bare = { ...report, summary, scope: { ...report.scope, from: null, endpoint_ids: [] } };
    const content = ['{{ report.summary.critical }}{{ report.scope.from }}{{ report.scope.endpoint_ids }}'];
    expect(textsOf({ content }, bare)).toEqual(['–––']);
  });

  it('once: braces in a value are not expanded again', () => {
    const sly = sampleReport({ findings: 1, title: '{{ report.tenant_slug }} {{', findingTitles: ['{{ f.id }}'] });
    const content = ['{{ report.title }}', each('report.findings', 'f', '{{ f.title }}')];
    expect(textsOf({ content }, sly)).toEqual(['{{ report.tenant_slug }} {{', '{{ f.id }}']);
  });

  it('and only its own members', () => {
    const inherited = Object.assign(Object.create({ title: 'inherited' }), { ...report });
    delete inherited.title;
    expect(textsOf({ content: ['{{ report.title }}'] }, inherited)).toEqual(['–']);
  });
});

describe('a forEach', () => {
  it('repeats its content for each item in order, and shows `empty` if there is none', () => {
    const content = ['before', each('report.findings', 'f', '{{ f.id }}', '{{ f.title }}'), 'after'];
    const report = sampleReport({ findings: 5 });
    const findings = report.findings.flatMap(({ id, title }) => [id, title]);
    expect(textsOf({ content }, report)).toEqual(['before', ...findings, 'after']);
    expect(textsOf({ content }, sampleReport({ findings: 0 }))).toEqual(['before', 'none', 'after']);
  });

  it('inside another can read both items', () => {
    const content = [each('report.coverage', 'f', each('f.controls', 'c', '{{ f.framework }} {{ c.ref }}'))];
    const report = sampleReport({ findings: 2 });
    expect(textsOf({ content }, report)).toEqual(
      report.coverage.flatMap(({ framework, controls }) => controls.map(({ ref }) => `${framework} ${ref}`)),
    );
  });

  it('makes the rows of a table', () => {
    const report = sampleReport({ findings: 7 });
    const body = [
      ['h', 'h'],
      {
        forEach: 'report.findings',
        as: 'f',
        rows: [
          ['{{ f.id }}', 'x'],
          ['y', 'z'],
        ],
        empty: [['-', '-']],
      },
    ];
    const rows = (r: EvidenceReport) =>
      expand({ content: [{ table: { widths: ['*', '*'], body } }] }, r).content[0]?.table?.body;
    expect(rows(report)).toHaveLength(1 + 2 * 7);
    expect(rows(sampleReport({ findings: 0 }))).toHaveLength(2);
  });

  it('links only to http and https URLs of the report', () => {
    const report = sampleReport({ findings: 4 });
    const [first, second, third] = report.findings;
    first!.url = 'javascript:alert(1)';
    second!.url = 'file:///etc/passwd';
    third!.url = 'http://reports.example/1';
    const [{ content } = { content: [] }] = [
      expand({ content: [each('report.findings', 'f', { text: 'x', link: 'f.url' })] }, report),
    ];
    expect(content.map(({ text }) => text?.[0]?.link)).toEqual([
      undefined,
      undefined,
      third!.url,
      report.findings[3]!.url,
    ]);
  });
});

describe('an expansion', () => {
  it('is the same for the same arguments, does not change them, and grows only with the findings', () => {
    const sizeOf = (value: unknown) => JSON.stringify(value).length;
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.array(fc.string({ maxLength: 60 }), { minLength: 1, maxLength: 5 }),
        (findings, findingTitles) => {
          const report = sampleReport({ findings, findingTitles });
          const [template, before] = [structuredClone(EXAMPLE), structuredClone(report)];
          const expanded = expand(template, report);
          expect(expand(template, report)).toEqual(expanded);
          expect([template, report]).toEqual([EXAMPLE, before]);
          expect(expanded.content.at(-1)?.table?.body).toHaveLength(1 + Math.max(1, findings));
          expect(sizeOf(expanded)).toBeLessThan(2_000 + 1_200 * (findings + 1));
          expect(JSON.stringify(expanded)).not.toMatch(/"(forEach|as|empty)":/);
        },
      ),
      { seed: 20261126, numRuns: 50 },
    );
  });

  it.each([
    [
      'a product of two lists',
      [
        each(
          'report.findings',
          'f',
          each('report.scans', 's', each('report.dispositions', 'd', each('report.unresolved_tags', 't', 'x'))),
        ),
      ],
    ],
    [
      'a product of lists that shows nothing',
      [
        {
          table: {
            widths: ['*'],
            body: [
              {
                forEach: 'report.findings',
                as: 'f',
                rows: [{ forEach: 'report.scans', as: 's', rows: [['x']], empty: [['x']] }],
                empty: [['x']],
              },
            ],
          },
        },
      ],
    ],
    ['many runs', [each('report.findings', 'f', { text: Array.from({ length: 64 }, () => 'x') })]],
    ['many pages', [each('report.findings', 'f', { text: 'x', pageBreak: 'before' })]],
  ])('of %s ends at its limit, naming the location', (_, content) => {
    const report = sampleReport({ findings: 12_000 });
    report.scans = Array.from({ length: 40 }, () => report.scans[0]!);
    expect(() => expand({ content }, report)).toThrow(
      expect.objectContaining({
        code: 'template_too_large',
        limit: EXPANDED_PARTS_MAX,
        pointer: expect.stringMatching(/^\/content\/0\//),
      }),
    );
  });

  it('of more text than the limit ends too', () => {
    const report = sampleReport({ findings: 3_000 });
    const content = [each('report.findings', 'f', 'x'.repeat(1_900))];
    expect(() => expand({ content }, report)).toThrow(TemplateTooLarge);
    expect(3_000 * 1_900).toBeGreaterThan(EXPANDED_CHARS_MAX);
    expect(() => expand({ content }, sampleReport({ findings: 100 }))).not.toThrow();
  });
});
