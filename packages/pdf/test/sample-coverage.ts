import { createHash } from 'node:crypto';
import type { EvidenceReport, ReportControlCoverage, ReportFrameworkCoverage, Verdict } from '@evidence/contracts';
import type { LongFinding } from './long-form.ts';

const OWASP = [
  'Prompt Injection',
  'Sensitive Information Disclosure',
  'Supply Chain',
  'Data and Model Poisoning',
  'Improper Output Handling',
  'Excessive Agency',
  'System Prompt Leakage',
  'Vector and Embedding Weaknesses',
  'Misinformation',
  'Unbounded Consumption',
];

export const ATLAS: readonly (readonly [id: string, title: string])[] = [
  ['AML.T0051', 'LLM Prompt Injection'],
  ['AML.T0051.000', 'Direct'],
  ['AML.T0053', 'LLM Plugin Compromise'],
  ['AML.T0054', 'LLM Jailbreak'],
  ['AML.T0056', 'Extract LLM System Prompt'],
  ['AML.T0057', 'LLM Data Leakage'],
];

export function sampleCoverage(
  findings: readonly LongFinding[],
  tested: boolean,
  untested: number,
): EvidenceReport['coverage'] {
  return [
    framework({
      framework: 'OWASP_LLM',
      edition: '2025',
      name: 'OWASP Top 10 for LLM Applications 2025',
      controls: OWASP.map((name, i) =>
        control(owaspRef(i), `${owaspRef(i).replace('OWASP_', '')}:2025`, name, findings, tested),
      ),
    }),
    framework({
      framework: 'MITRE_ATLAS',
      edition: '2026.01',
      name: 'MITRE ATLAS 2026.01',
      controls: [
        ...ATLAS.map(([id, name]) => control(atlasRef(id), id, name, findings, tested)),
        ...Array.from({ length: untested }, (_, i) =>
          control(atlasRef(`X.${i}`), `Annex X-${i}`, `Untested technique ${i}`, findings, false),
        ),
      ],
    }),
  ];
}

export function furtherCoverage(findings: readonly LongFinding[], tested: boolean): EvidenceReport['coverage'] {
  const controls = (refs: readonly string[]) =>
    refs.map((ref, i) =>
      control(
        ref,
        ref.replace(/^(?:EU_AI_ACT|ISO_42001|NIST_AI_600_1|OWASP_AGENTIC)_/, ''),
        `Control ${i + 1}`,
        findings,
        tested,
      ),
    );
  const refs = (form: (i: number) => string, n: number) => Array.from({ length: n }, (_, i) => form(i));
  return [
    framework({
      framework: 'OWASP_AGENTIC',
      edition: '2026',
      name: 'OWASP Top 10 for Agentic Applications 2026',
      controls: controls(refs((i) => `OWASP_AGENTIC_ASI${String(i + 1).padStart(2, '0')}`, 10)),
    }),
    framework({
      framework: 'NIST_AI_600_1',
      edition: '2024',
      name: 'NIST AI 600-1 Generative AI Profile',
      controls: controls(refs((i) => `NIST_AI_600_1_2_${i + 1}`, 12)),
    }),
    framework({
      framework: 'EU_AI_ACT',
      edition: '2024',
      name: 'Regulation (EU) 2024/1689 (AI Act)',
      controls: controls(refs((i) => `EU_AI_ACT_Art${i * 3}`, 10)),
    }),
    framework({
      framework: 'ISO_42001',
      edition: '2023',
      name: 'ISO/IEC 42001:2023, Annex A',
      controls: controls(refs((i) => `ISO_42001_A_6_${i * 3 + 1}`, 10)),
    }),
  ];
}

export const owaspRef = (i: number) => `OWASP_LLM${String(i + 1).padStart(2, '0')}`;
export const atlasRef = (id: string) => `MITRE_ATLAS_${id.replaceAll('.', '_')}`;

function control(
  ref: string,
  nativeId: string,
  title: string,
  findings: readonly LongFinding[],
  tested: boolean,
): ReportControlCoverage {
  const having = findings.filter((finding) => finding.framework_refs.includes(ref));
  const total = tested && numberFrom(sha256(ref), 3) > 0 ? 40 + numberFrom(sha256(ref), 60) : 0;
  const direct = having.filter(({ mappings }) => mappings.some((m) => m.ref === ref && m.basis === 'direct')).length;
  const failed = Math.min(direct, total);
  const tag = having.flatMap(({ mappings }) => mappings).find((m) => m.ref === ref && m.via !== undefined);
  return {
    ref,
    native_id: nativeId,
    title,
    verdict: verdictOf(direct, having.length, total),
    finding_count: having.length,
    direct_count: direct,
    evaluations: { total, passed: total - failed, failed },
    ...(tag?.via !== undefined && {
      indicated_by: { basis: tag.basis, strength: 'primary', via: tag.via, source: tag.source ?? '' },
    }),
  };
}

function verdictOf(direct: number, all: number, evaluations: number): Verdict {
  if (direct > 0) return 'finding';
  if (all > 0) return 'indicated';
  return evaluations > 0 ? 'clean' : 'not_tested';
}

function framework(facts: Omit<ReportFrameworkCoverage, 'counts' | 'stale'>): ReportFrameworkCoverage {
  const having = (verdict: Verdict) => facts.controls.filter((one) => one.verdict === verdict).length;
  return {
    ...facts,
    stale: false,
    counts: {
      controls: facts.controls.length,
      finding: having('finding'),
      finding_outside_scope: having('finding_outside_scope'),
      not_applicable: having('not_applicable'),
      indicated: having('indicated'),
      clean: having('clean'),
      partly_tested: having('partly_tested'),
      not_tested: having('not_tested'),
      applies_to_every: 0,
    },
  };
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export const numberFrom = (digest: string, below: number) => Number.parseInt(digest.slice(0, 8), 16) % below;
