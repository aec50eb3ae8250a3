import {
  type Basis,
  type EvidenceReport,
  type ReportRefMapping,
  type ReportScan,
  SEVERITIES,
} from '@evidence/contracts';
import { type LongFinding, shortForm } from './long-form.ts';
import { ATLAS, atlasRef, furtherCoverage, numberFrom, owaspRef, sampleCoverage, sha256 } from './sample-coverage.ts';

const TITLES = [
  'System prompt disclosed after role-play request',
  'Injected instruction overrides the system prompt',
  'Model emits a working credential from its context',
  'Tool call runs with arguments taken from a retrieved page',
  'Refusal bypassed by base64-encoded request',
  'Personal data of another customer in the answer',
  'Agent follows a link that the user did not ask for',
  'Unsafe HTML is returned unescaped',
];

const PROBES = [
  'promptinject.HijackHateHumans',
  'dan.Dan_11_0',
  'encoding.InjectBase64',
  'leakreplay.GuardianCloze',
  'xss.MarkdownImageExfil',
];

const DISPOSITIONS: EvidenceReport['dispositions'] = [
  {
    finding_id: 'fnd_closed_1',
    title: 'Model repeats a slur from the prompt',
    severity: 'medium',
    status: 'accepted',
    decided_at: '2026-05-02T08:00:00.000Z',
    decided_by: 'token:tok_4h7k2m',
    reason: 'Quoted, not endorsed; the moderation layer removes it before display.',
    first_seen: '2026-04-20T09:15:00.000Z',
    last_seen: '2026-05-18T09:15:00.000Z',
    observations: 3,
  },
  {
    finding_id: 'fnd_closed_2',
    title: 'Refusal bypassed by leetspeak',
    severity: 'low',
    status: 'fixed',
    decided_at: '2026-05-11T16:20:00.000Z',
    decided_by: 'file:jane.doe',
    kind: 'external',
    first_seen: '2026-05-10T09:15:00.000Z',
    last_seen: '2026-05-10T09:15:00.000Z',
    observations: 1,
  },
];

export interface SampleOptions {
  readonly findings: number;
  readonly title?: string;
  /** Used in turn instead of the sample titles. */
  readonly findingTitles?: readonly string[];
  readonly tested?: boolean;
  /** The number of further refs on each finding, as a wide crosswalk adds them. */
  readonly derivedRefs?: number;
  /** The number of further controls of the last framework, all untested. */
  readonly untestedControls?: number;
  /** Adds the other four frameworks, to which `derivedRefs` map findings. */
  readonly allFrameworks?: boolean;
}

/** A realistic report, the same for the same options: numbers are derived from digests, not random. */
export function sampleReport({
  findings: n,
  title = 'Q2 2026 evidence pack',
  findingTitles = TITLES,
  tested = true,
  derivedRefs = 0,
  untestedControls = 0,
  allFrameworks = false,
}: SampleOptions): EvidenceReport {
  const findings = Array.from({ length: n }, (_, i) => sampleFinding(i, findingTitles, derivedRefs)).sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || (a.id < b.id ? -1 : 1),
  );
  const coverage = [
    ...sampleCoverage(findings, tested, untestedControls),
    ...(allFrameworks ? furtherCoverage(findings, tested) : []),
  ];
  const excluded = { severity_not_included: 20, status_accepted: 2 };
  const mappings = findings.flatMap((finding) => finding.mappings);
  const byBasis = (basis: Basis) => mappings.filter((mapping) => mapping.basis === basis).length;
  return {
    schema_version: 'v1',
    report_id: 'rpt_2026_6a3cde4gxwq2m5k7vhp9rt2yb4',
    generated_at: '2026-05-22T10:35:00.000Z',
    tenant_slug: 'acme',
    title,
    scope: {
      from: '2026-04-01',
      to: '2026-06-30',
      endpoint_ids: ['ep_chat_prod', 'ep_search_prod'],
      include_severities: [...SEVERITIES],
    },
    frameworks: coverage.map(({ framework }) => framework),
    framework_editions: coverage.map(({ framework, edition }) => ({ framework, edition })),
    system: {
      described: false,
      roles: [],
      ai_act_risk_class: null,
      general_purpose: null,
      assessment_date: '2026-05-22',
    },
    data_as_of: { position: '1042', at: '2026-05-22T10:35:00.000Z' },
    summary: {
      total_open: n,
      ...Object.fromEntries(
        SEVERITIES.map((severity) => [severity, findings.filter((f) => f.severity === severity).length]),
      ),
    },
    ...shortForm(findings),
    cross_framework_overlaps: overlaps(findings),
    coverage,
    dispositions: DISPOSITIONS,
    scans: tested
      ? [
          scan(0),
          scan(1),
          { ...scan(2), evaluated: false, evaluations: { total: 0, passed: 0, failed: 0, unscored: 40 } },
        ]
      : [],
    unresolved_tags: [{ tag: 'quality:Security:PromptStability', findings: Math.min(n, 3) }],
    mapping: {
      policy: 'derived',
      strength: 'primary',
      findings_without_control: findings.filter(({ mappings }) => mappings.length === 0).length,
      counts_by_basis: {
        direct: byBasis('direct'),
        official: byBasis('official'),
        published: byBasis('published'),
        derived: byBasis('derived'),
      },
    },
    crosswalk: { version: '2026-11-23', sha256: sha256('crosswalk') },
    rules: { version: '2026-11-29', sha256: sha256('rules') },
    refs: [],
    crosswalk_pairs: [],
    receipt: {
      considered: n + 22,
      included: n,
      excluded,
      scope_snapshot_sha256: sha256('scope'),
      mapping_snapshot_sha256: sha256('mapping'),
    },
    signature: { key_id: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs', algorithm: 'RS256', development_key: true },
    renderer_version: '1',
  };
}

function sampleFinding(i: number, titles: readonly string[], derivedRefs: number): LongFinding {
  const digest = sha256(`finding ${i}`);
  const mappings = sampleMappings(i, derivedRefs);
  const seenAt = `2026-05-${String((i % 20) + 1).padStart(2, '0')}T09:15:00.000Z`;
  const id = `fnd_${digest.slice(0, 26)}`;
  return {
    id,
    severity: SEVERITIES[numberFrom(digest, 5)] ?? 'info',
    title: titles[i % titles.length] ?? '',
    framework_refs: mappings.map(({ ref }) => ref),
    evidence_excerpt_sha256: sha256(`evidence ${i}`),
    url: `https://evidence.example/api/v2/findings/${id}`,
    mappings,
    status: i % 4 === 0 ? 'triaged' : 'open',
    endpoint_id: i % 3 === 0 ? 'ep_search_prod' : 'ep_chat_prod',
    scan_id: `scan_${sha256(`scan ${i % 2}`).slice(0, 16)}`,
    discovered_at: seenAt,
    first_seen: i % 5 === 0 ? '2026-04-02T09:15:00.000Z' : seenAt,
    last_seen: seenAt,
    observations: i % 5 === 0 ? 4 : 1,
    severity_original: i % 5 === 0 ? '9.1' : 'high',
    tool: { name: 'garak', version: '0.13.3' },
    probe: PROBES[i % PROBES.length] ?? '',
    detector: i % 3 === 0 ? '' : 'promptinject.AttackRogueString',
    hits: (i % 9) + 1,
    evaluations: 10,
  };
}

function sampleMappings(i: number, derivedRefs: number): ReportRefMapping[] {
  const direct = owaspRef(i % 6);
  const pair = ATLAS[i % ATLAS.length] ?? ATLAS[0];
  const basis = (['official', 'published', 'derived'] as const)[i % 3] ?? 'derived';
  const mappings: ReportRefMapping[] = [{ ref: direct, basis: 'direct', source: 'garak probe tags' }];
  if (pair) mappings.push({ ref: atlasRef(pair[0]), basis, source: 'crosswalk', relation: 'related', via: direct });
  if (i % 2 === 0)
    mappings.push({
      ref: 'NIST_AI_600_1_2_9',
      basis: 'derived',
      source: 'crosswalk',
      relation: 'related',
      via: direct,
    });
  for (let n = 0; n < derivedRefs; n += 1) {
    const family = ['EU_AI_ACT_Art', 'ISO_42001_A_6_', 'MITRE_ATLAS_AML_T10'][n % 3];
    mappings.push({ ref: `${family}${n}`, basis: 'derived', source: 'crosswalk', relation: 'related', via: direct });
  }
  return mappings;
}

function overlaps(findings: readonly LongFinding[]): EvidenceReport['cross_framework_overlaps'] {
  const counts = new Map<string, number>();
  for (const { framework_refs: refs } of findings) {
    for (const a of refs.filter((ref) => ref.startsWith('OWASP_LLM'))) {
      for (const b of refs.filter((ref) => ref.startsWith('MITRE_ATLAS')))
        counts.set(`${a} ${b}`, (counts.get(`${a} ${b}`) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([pair, finding_count]) => {
      const [ref_a = '', ref_b = ''] = pair.split(' ');
      return { ref_a, ref_b, finding_count, direct_count: 0, direct_ends: 1, basis_a: 'direct', basis_b: 'derived' };
    });
}

/** The target of the first scan is unknown, and the last scan has two. */
function sampleTargets(i: number): ReportScan['targets'] {
  if (i === 0) return [];
  const target = { name: 'openai:gpt-4o-mini', provider: 'openai', model: 'gpt-4o-mini' };
  if (i === 1) return [{ ...target, name: '', model_version: '2024-07-18', tools_sha256: sha256('tools') }];
  const evaluations = { total: 130, passed: 130, failed: 0, unscored: 0 };
  const failing = { ...evaluations, passed: 121, failed: 9 };
  return [
    { ...target, evaluations: failing },
    { name: 'local', provider: 'ollama', model: 'llama3.2', evaluations },
  ];
}

const scan = (i: number): ReportScan => ({
  id: `scan_${sha256(`scan ${i}`).slice(0, 16)}`,
  endpoint_id: i === 1 ? 'ep_search_prod' : 'ep_chat_prod',
  tool: i === 2 ? { name: 'promptfoo', version: '' } : { name: 'garak', version: '0.13.3' },
  format: i === 2 ? 'promptfoo' : 'garak',
  source_sha256: sha256(`source ${i}`),
  started_at: `2026-05-1${i}T07:00:00.000Z`,
  targets: sampleTargets(i),
  ...(i === 1 && { suite: { sha256: sha256('suite'), probes: 29 } }),
  attempts: 260,
  evaluated: true,
  evaluations: { total: 255, passed: 200, failed: 55, unscored: 5 },
  run: { outcome: 'completed', problems: [] },
  counts: { in: 60, recorded: i === 2 ? 58 : 60, skipped: i === 2 ? { not_json: 2 } : {} },
  discrepancies: i === 1 ? [{ subject: 'dan.Dan_11_0/dan.DAN: passed', stated: 12, counted: 11 }] : [],
});
