import type {
  EvidenceReport,
  ReportControlCoverage,
  ReportFrameworkCoverage,
  ReportOverlap,
  ReportPair,
} from '@evidence/contracts';
import { type LongFinding, longForm, shortForm } from './long-form.ts';
import { sampleReport } from './sample-report.ts';

type Control = ReportControlCoverage;

const NOTHING = { finding_count: 0, direct_count: 0, evaluations: { total: 0, passed: 0, failed: 0 } } as const;

const article = (n: string, title: string, rest: Partial<Control> & Pick<Control, 'verdict'>): Control => ({
  ...{ ref: `EU_AI_ACT_Art${n}`, native_id: `Article ${n}`, title },
  ...NOTHING,
  ...rest,
});

const highRisk = (reviewed = true): NonNullable<Control['applicability']> => ({
  roles: ['provider'],
  classes: ['high-risk-annex-i', 'high-risk-annex-iii'],
  text: 'Addresses providers of high-risk AI systems. Applies from 2027-12-02 (Annex III); 2028-08-02 (Annex I).',
  from: [
    { date: '2027-12-02', scope: 'Annex III' },
    { date: '2028-08-02', scope: 'Annex I' },
  ],
  reviewed,
});

const everyone = (reviewed: boolean): NonNullable<Control['applicability']> => ({
  ...{ roles: ['none'], classes: ['any'], text: 'Addresses no one in particular. Applies from 2025-02-02.' },
  ...{ from: [{ date: '2025-02-02' }], reviewed },
});

const annex: NonNullable<Control['applicability']> = {
  ...{ roles: ['provider'], classes: ['high-risk-annex-i'], text: 'Addresses providers of high-risk AI systems.' },
  ...{ from: [], with: 'EU_AI_ACT_Art12', reviewed: true },
};

const SOURCE = 'OWASP, OWASP Top 10 for LLM Applications 2025, Appendix 1, p. 68';

/** One control for each verdict and each reason that occurs in the AI Act. */
const ARTICLES: readonly Control[] = [
  article('1', 'Subject matter', { verdict: 'not_tested', applicability: everyone(false) }),
  article('2', 'Scope', { verdict: 'not_tested', applicability: everyone(false) }),
  article('5', 'Prohibited AI practices', {
    verdict: 'finding',
    finding_count: 5,
    direct_count: 3,
    evaluations: { total: 40, passed: 28, failed: 12 },
    indicated_by: { basis: 'published', strength: 'primary', via: 'OWASP_LLM01', source: SOURCE },
    applicability: everyone(true),
    not_applicable: { reason: 'addressee', text: 'Addresses authorities only.' },
    note: 'Findings or failed tests are tagged with this control, although it does not apply to the system as described.',
  }),
  article('9', 'Risk management system', {
    verdict: 'not_tested',
    applicability: highRisk(),
    applies_to_every: 'every high-risk AI system',
  }),
  article('10', 'Data and data governance', {
    verdict: 'indicated',
    finding_count: 4,
    indicated_by: { basis: 'derived', strength: 'primary', via: 'OWASP_LLM04', source: 'Our reading of both texts' },
    applicability: highRisk(),
  }),
  article('12', 'Record-keeping', { verdict: 'not_tested', applicability: highRisk() }),
  article('13', 'Transparency and provision of information to deployers', {
    verdict: 'clean',
    evaluations: { total: 120, passed: 120, failed: 0 },
    applicability: highRisk(false),
  }),
  article('14', 'Human oversight', {
    verdict: 'finding_outside_scope',
    evaluations: { total: 64, passed: 51, failed: 16, failed_of_unknown_total: 3, unscored: 0 },
    outside_scope: { closed: { accepted: 2, fixed: 1 }, unrequested: { low: 3 } },
    applicability: highRisk(),
  }),
  article('15', 'Accuracy, robustness and cybersecurity', {
    verdict: 'indicated',
    finding_count: 9,
    indicated_by: { basis: 'published', strength: 'primary', via: 'OWASP_LLM01', source: SOURCE },
    applicability: highRisk(),
  }),
  article('16', 'Obligations of providers of high-risk AI systems', {
    verdict: 'not_tested',
    applicability: highRisk(),
  }),
  article('17', 'Quality management system', {
    verdict: 'finding',
    finding_count: 1,
    direct_count: 1,
    evaluations: { total: null, passed: null, failed: 4 },
    applicability: highRisk(),
    applies_to_every: 'every high-risk AI system',
  }),
  article('26', 'Obligations of deployers of high-risk AI systems', {
    verdict: 'partly_tested',
    evaluations: { total: 1, passed: 1, failed: 0, failed_of_unknown_total: 0, unscored: 99 },
  }),
  article('50', 'Transparency obligations for providers and deployers of certain AI systems', {
    verdict: 'finding_outside_scope',
    evaluations: { total: null, passed: null, failed: 7 },
  }),
  article('53', 'Obligations for providers of general-purpose AI models', {
    verdict: 'not_applicable',
    not_applicable: { reason: 'general_purpose', text: 'Addresses providers of general-purpose AI models.' },
  }),
  article('55', 'Obligations of providers of general-purpose AI models with systemic risk', {
    verdict: 'not_applicable',
    finding_count: 2,
    not_applicable: { reason: 'general_purpose', text: 'Addresses providers of general-purpose AI models.' },
    indicated_by: { basis: 'published', strength: 'primary', via: 'OWASP_LLM01', source: SOURCE },
  }),
  article('72', 'Post-market monitoring', {
    verdict: 'not_applicable',
    not_applicable: { reason: 'not_yet', text: 'Does not apply yet on 2026-05-22.', from: '2027-12-02' },
  }),
  {
    ...article('IV', 'Technical documentation', { verdict: 'not_tested', applicability: annex }),
    native_id: 'Annex IV',
  },
];

const PAIRS: readonly ReportPair[] = [
  pair('OWASP_LLM01', 'EU_AI_ACT_Art15', 'published', 'Jane Doe, 2026-11-20'),
  pair('OWASP_LLM04', 'EU_AI_ACT_Art10', 'derived', ''),
];

function pair(ref_a: string, ref_b: string, basis: ReportPair['basis'], reviewed_by: string): ReportPair {
  return {
    ...{ ref_a, ref_b, relation: 'related', basis, strength: 'primary', licence: 'CC BY-SA 4.0', reviewed_by },
    source: { publisher: 'OWASP', document: 'Top 10', edition: '2025', locator: 'p. 68', url: '' },
    rationale: 'Both are about input that changes what the system does.',
    independent_sources: 1,
  };
}

const countOf = (controls: readonly Control[], verdict: Control['verdict']) =>
  controls.filter((control) => control.verdict === verdict).length;

export function frameworkOf(
  facts: Omit<ReportFrameworkCoverage, 'counts' | 'controls'> & { readonly controls: readonly Control[] },
): ReportFrameworkCoverage {
  const { controls } = facts;
  return {
    ...facts,
    controls: [...controls],
    counts: {
      controls: controls.length,
      finding: countOf(controls, 'finding'),
      finding_outside_scope: countOf(controls, 'finding_outside_scope'),
      not_applicable: countOf(controls, 'not_applicable'),
      indicated: countOf(controls, 'indicated'),
      clean: countOf(controls, 'clean'),
      partly_tested: countOf(controls, 'partly_tested'),
      not_tested: countOf(controls, 'not_tested'),
      applies_to_every: controls.filter(({ applies_to_every }) => applies_to_every !== undefined).length,
    },
  };
}

export interface JudgedOptions {
  /** The number of pairs with both ends tagged, with one, with none. */
  readonly pairs?: readonly [both: number, one: number, neither: number];
  readonly described?: boolean;
}

/** A report with everything that a catalog, a description of the system and the crosswalk can say about a control. */
export function judgedReport({ pairs = [3, 12, 125], described = false }: JudgedOptions = {}): EvidenceReport {
  const report = sampleReport({ findings: 15 });
  const aiAct = frameworkOf({
    framework: 'EU_AI_ACT',
    edition: '2024/1689@2026-07-27',
    name: 'Regulation (EU) 2024/1689 (Artificial Intelligence Act), consolidated text of 27 July 2026',
    controls: ARTICLES,
    compared_at: '2026-01-15',
    stale: true,
    notice: 'A consolidated text has no legal force; only the Official Journal is authentic.',
  });
  return {
    ...report,
    coverage: [report.coverage[0]!, aiAct, report.coverage[1]!],
    frameworks: ['OWASP_LLM', 'EU_AI_ACT', 'MITRE_ATLAS'],
    ...shortForm(longForm(report).map(withArticles)),
    system: described
      ? {
          ...{ described, roles: ['provider'], ai_act_risk_class: 'high_risk_annex_iii', general_purpose: 'none' },
          assessment_date: '2026-05-22',
        }
      : report.system,
    crosswalk_pairs: [...PAIRS],
    cross_framework_overlaps: [2, 1, 0].flatMap((ends, i) => overlaps(ends as 0 | 1 | 2, pairs[i] ?? 0)),
    refs: [
      ...ARTICLES.map(({ ref, native_id, title }) => ({
        ...{ ref, native_id, title, framework: 'EU_AI_ACT' as const, edition: '2024/1689@2026-07-27' },
      })),
      {
        ref: 'OWASP_LLM_2023_LLM02',
        native_id: 'LLM02:2023',
        title: 'Insecure Output Handling',
        framework: 'OWASP_LLM' as const,
        edition: '2023',
      },
    ],
  };
}

/** Tags from the file and from the tool’s table, a tag of another edition, and a framework that was not requested. */
function withArticles(finding: LongFinding, i: number): LongFinding {
  const [first, ...others] = finding.mappings;
  const mappings: LongFinding['mappings'] = [
    { ref: 'CWE_79', basis: 'direct', source: 'tags of the file', origin: 'file' },
    {
      ...first!,
      ...(i % 2 === 0
        ? { origin: 'file' as const }
        : { origin: 'tool_table' as const, source: 'tags of the probe in garak 0.13.3; the file has none' }),
    },
    {
      ref: 'EU_AI_ACT_Art15',
      basis: 'published',
      source: SOURCE,
      relation: 'related',
      via: 'OWASP_LLM01',
      strength: 'primary',
    },
    ...others,
  ];
  if (i === 1)
    mappings.unshift({ ref: 'OWASP_LLM_2023_LLM02', basis: 'direct', source: 'tags of the file', origin: 'file' });
  return { ...finding, mappings, framework_refs: mappings.map(({ ref }) => ref) };
}

function overlaps(ends: 0 | 1 | 2, n: number): ReportOverlap[] {
  return Array.from({ length: n }, (_, i) => ({
    ref_a: `OWASP_LLM${String((i % 10) + 1).padStart(2, '0')}`,
    ref_b:
      ['EU_AI_ACT_Art5', 'EU_AI_ACT_Art15', 'MITRE_ATLAS_AML_T0051', `MITRE_ATLAS_AML_T${1_000 * (ends + 1) + i}`][
        Math.min(i, 3)
      ] ?? '',
    finding_count: n - i,
    direct_count: ends === 2 ? n - i : 0,
    direct_ends: ends,
    basis_a: ends === 0 ? 'published' : 'direct',
    basis_b: ends === 2 ? 'direct' : 'derived',
  }));
}
