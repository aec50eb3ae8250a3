import type {
  DirectRef,
  Evaluations,
  FrameworkEdition,
  ProbeResult,
  RefMapping,
  ScopedFinding,
  ScopedScan,
  ScopeSnapshot,
  TagMapping,
} from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { type CrosswalkPair, type Frameworks, frameworksOf } from '@evidence/frameworks';
import { loadFrameworks } from '@evidence/frameworks/load';
import { type MappingQuestion, ScopeMapping } from '../src/map-scope.js';

export const frameworks = loadFrameworks();
const snapshotSha256 = 'a'.repeat(64);

export const direct = (...refs: string[]): DirectRef[] =>
  refs.map((ref) => ({ ref, native: ref, source: 'test', origin: 'file' }));

const recordedFinding = exampleOf('FindingRecorded');
const recordedScan = exampleOf('ScanRecorded');

export const finding = (id: string, refs: DirectRef[], unresolvedTags: string[] = []): ScopedFinding => {
  const { scanId, endpointId, title, severity, severityOriginal, discoveredAt, probe, detector } = recordedFinding;
  const where = {
    id,
    scanId,
    endpointId,
    title,
    severity,
    severityOriginal,
    discoveredAt,
    probe,
    detector,
    status: 'open' as const,
    firstSeenAt: discoveredAt,
    lastSeenAt: discoveredAt,
    observations: 1,
  };
  const tool = { name: 'garak', version: '0.13.3' };
  return { ...where, tool, refs, unresolvedTags, evidenceExcerptSha256: 'b'.repeat(64), hits: 1, evaluations: 2 };
};

export const verdicts = (passed: number, failed: number, unscored = 0): Evaluations => ({
  total: passed + failed,
  passed,
  failed,
  unscored,
});

export const probe = (evaluations: Evaluations, ...refs: string[]): ProbeResult => ({
  probe: 'a.Probe',
  detector: 'a.Detector',
  evaluations,
  refs: direct(...refs),
  unresolvedTags: [],
});

export const scan = (...probes: ProbeResult[]): ScopedScan => {
  const { scanId: id, endpointId, tool, format, sourceSha256, startedAt } = recordedScan;
  const evaluations = verdicts(0, 0);
  return {
    id,
    endpointId,
    tool,
    format,
    sourceSha256,
    startedAt,
    targets: [],
    attempts: 1,
    evaluated: true,
    evaluations,
    run: { outcome: 'completed', problems: [] },
    probes,
    counts: { in: 0, recorded: 0, skipped: {} },
    discrepancies: [],
  };
};

export const scope = (findings: ScopedFinding[], scans: ScopedScan[] = []): ScopeSnapshot => ({
  tenant: 'acme',
  scope: { endpointIds: [], includeSeverities: [] },
  findings,
  dispositions: [],
  scans,
  counts: { considered: findings.length, included: findings.length, excluded: {} },
});

export const asked = (...texts: string[]): FrameworkEdition[] =>
  texts.map((text) => {
    const requested = frameworks.parseRequested(text);
    if (!requested.ok) throw new Error(`no such framework: ${text}`);
    return { framework: requested.framework, edition: requested.edition };
  });

/** A mapping with the full mappings of each finding. */
export type LongMapping = Omit<TagMapping, 'placesOf'> & {
  readonly findings: readonly { id: string; mappings: RefMapping[] }[];
};

/** By default, all pairs are accepted, the request describes no system, and the data is of a day in November 2026. */
export function map(
  snapshot: ScopeSnapshot,
  requested: FrameworkEdition[],
  more: Partial<MappingQuestion> = {},
): LongMapping {
  const mapping = new ScopeMapping({
    ...{ snapshotSha256, requested, frameworks },
    ...{ policy: 'derived', strength: 'supporting', dataAsOf: '2026-11-29T10:00:00.000Z' },
    ...more,
  });
  for (const finding of snapshot.findings) mapping.take({ finding });
  for (const outside of snapshot.outside ?? []) mapping.take({ outside });
  for (const openElsewhen of snapshot.openElsewhen ?? []) mapping.take({ openElsewhen });
  for (const scan of snapshot.scans) mapping.take({ scan });
  const { placesOf, ...facts } = mapping.result();
  const findings = snapshot.findings.map((each, index) => ({
    id: each.id,
    mappings: (placesOf(each, index) ?? []).map((place) => facts.mappings[place] as RefMapping),
  }));
  return { ...facts, findings };
}

export const controlIn = (mapping: Pick<LongMapping, 'coverage'>, ref: string) =>
  mapping.coverage.flatMap(({ controls }) => controls).find((control) => control.ref === ref);

/** A pair for a small crosswalk. */
export const pair = (refA: string, refB: string, more: Partial<CrosswalkPair> = {}): CrosswalkPair => ({
  ...{ refA, refB, relation: 'related', basis: 'official', strength: 'primary' },
  source: { publisher: 'test', document: 'A test', edition: '', locator: 'p. 1', url: '' },
  ...{ licence: 'none', rationale: 'Both are tested here.', reviewedBy: '', independentSources: 1 },
  ...more,
});

/** All catalogs, with only these pairs and a few successions of the OWASP list. */
export const frameworksWith = (...pairs: CrosswalkPair[]): Frameworks =>
  frameworksOf({
    version: '2026-11-29',
    catalogs: frameworks.catalogs,
    pairs,
    successions: [
      { from: 'OWASP_LLM_2023_06', to: 'OWASP_LLM02', change: 'renamed' },
      { from: 'OWASP_LLM_2023_10', to: 'OWASP_LLM10', change: 'retired' },
      { from: 'OWASP_LLM01', to: 'OWASP_LLM_2026_01', change: 'equal' },
      { from: 'OWASP_LLM06', to: 'OWASP_LLM_2026_03', change: 'equal' },
    ],
    tagTables: [],
  });
