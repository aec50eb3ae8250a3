import type {
  Basis,
  CountsByReason,
  MappedFinding,
  MappingSnapshot,
  ReportMapped,
  ReportRequested,
  ReportScoped,
  ScopeSnapshot,
  Severity,
} from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import { verdictOn } from './report-coverage.js';

/** Everything a report is made of. The snapshots are those that `scoped` and `mapped` name by digest, already checked against it. */
export interface ReportSources {
  readonly request: ReportRequested;
  readonly scoped: ReportScoped;
  readonly mapped: ReportMapped;
  readonly scope: ScopeSnapshot;
  readonly mapping: MappingSnapshot;
  readonly signature: {
    readonly keyId: string;
    readonly algorithm: 'RS256' | 'ES256';
    readonly developmentKey: boolean;
  };
  /** Where the API answers, without a trailing slash. */
  readonly publicUrl: string;
  readonly rendererVersion: string;
}

/** Two sources state one figure differently: nothing is printed until the stage that wrote the wrong one is mended and run again. */
export type FiguresDisagree = Refusal<'figures_disagree'>;

const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const satisfies readonly Severity[];

/** Worst first; all five when the request names none. */
export function severitiesOf({ scope }: ReportRequested): Severity[] {
  if (scope.includeSeverities.length === 0) return [...SEVERITIES];
  return SEVERITIES.filter((severity) => scope.includeSeverities.includes(severity));
}

/** A figure that two sources state. */
type Figure = readonly [name: string, stated: unknown, found: unknown];

/** The digests chain the snapshots to their events; every count that will be printed is taken again from the rows. */
export function assertFiguresAgree(sources: ReportSources): void {
  for (const figures of [originFigures, scopeFigures, mappingFigures, coverageFigures]) {
    for (const [figure, stated, found] of figures(sources)) {
      if (stated === found) continue;
      throw new Refusal(
        'figures_disagree',
        `${figure} is stated as ${stated} and found to be ${found}. Run the stage that wrote it again.`,
        { figure, stated, found },
      );
    }
  }
}

function* originFigures({ request, scoped, mapped, scope, mapping }: ReportSources): Iterable<Figure> {
  yield ['reportId of ReportScoped', scoped.reportId, request.reportId];
  yield ['reportId of ReportMapped', mapped.reportId, request.reportId];
  yield ['tenant of the scope snapshot', scope.tenant, request.tenant];
  yield ['scope snapshot of ReportMapped', mapped.scopeSnapshot.sha256, scoped.snapshot.sha256];
  yield ['scope snapshot of the mapping snapshot', mapping.scopeSnapshotSha256, scoped.snapshot.sha256];
  yield ['crosswalk of ReportMapped', mapped.crosswalk.sha256, mapping.crosswalk.sha256];
  yield ['mapping policy', mapping.policy, request.mapping];
  if (mapping.strength !== undefined) yield ['mapping strength', mapping.strength, request.strength ?? 'primary'];
  if (mapping.rules !== undefined) yield ['rules of ReportMapped', mapped.rules?.sha256, mapping.rules.sha256];
  yield ['frameworks covered', editions(mapping.coverage), editions(request.frameworks)];
}

const editions = (of: readonly { framework: string; edition: string }[]) =>
  of.map(({ framework, edition }) => `${framework}@${edition}`).join(', ');

function* scopeFigures({ request, scoped, scope: { counts, findings, scans } }: ReportSources): Iterable<Figure> {
  const excluded = sum(Object.values(counts.excluded));
  yield ['considered', scoped.counts.considered, counts.considered];
  yield ['included', scoped.counts.included, counts.included];
  yield ['excluded by reason', reasons(scoped.counts.excluded), reasons(counts.excluded)];
  yield ['scans', scoped.counts.scans, scans.length];
  yield ['included findings', counts.included, findings.length];
  yield ['different findings', findings.length, new Set(findings.map(({ id }) => id)).size];
  yield ['considered = included + excluded', counts.considered, counts.included + excluded];
  const severities = severitiesOf(request);
  const outside = findings.filter(({ severity }) => !severities.includes(severity)).length;
  yield ['findings of a severity that was not requested', 0, outside];
  const closed = findings.filter(({ status }) => status !== 'open' && status !== 'triaged').length;
  yield ['findings that are no longer open', 0, closed];
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

const reasons = (counts: CountsByReason) =>
  Object.keys(counts)
    .sort()
    .map((reason) => `${reason} ${counts[reason]}`)
    .join(', ');

function* mappingFigures({ mapped, scope, mapping }: ReportSources): Iterable<Figure> {
  yield ['mapped findings', mapped.counts.findings, mapping.findings.length];
  yield ['mapped findings of the scope snapshot', mapping.findings.length, scope.findings.length];
  for (const [i, { id }] of mapping.findings.entries()) yield [`mapped finding ${i}`, id, scope.findings[i]?.id];
  const refs = mapping.findings.flatMap(({ mappings }) => mappings);
  yield ['refs', mapped.counts.refs, refs.length];
  for (const basis of Object.keys(mapping.countsByBasis) as Basis[]) {
    yield [`${basis} refs`, mapping.countsByBasis[basis], refs.filter((ref) => ref.basis === basis).length];
  }
  yield ['overlaps', mapped.counts.overlaps, mapping.overlaps.length];
}

function* coverageFigures({ mapping }: ReportSources): Iterable<Figure> {
  const findings = findingsByRef(mapping.findings);
  const counts = (ref: string) => findings.get(ref) ?? { all: 0, direct: 0 };
  for (const control of mapping.coverage.flatMap(({ controls }) => controls)) {
    const { ref, evaluations } = control;
    const verdict = verdictOn(control, mapping);
    yield [`findings of ${ref}`, control.findingCount, counts(ref).all];
    yield [`direct findings of ${ref}`, control.directCount, counts(ref).direct];
    yield [`verdict on ${ref} is finding`, verdict === 'finding', control.directCount > 0];
    if (verdict === 'indicated') yield [`findings behind ${ref}`, control.findingCount > 0, true];
    if (verdict === 'clean') yield [`findings of clean ${ref}`, control.findingCount, 0];
    if (verdict === 'clean' && evaluations.total === 0) yield [`verdict on ${ref}`, verdict, 'not_tested'];
    const { total, passed, failed } = evaluations;
    yield [`evaluations of ${ref}`, total, passed === null ? null : passed + failed];
  }
  for (const { refA, refB, findingCount } of mapping.overlaps) {
    // Recounting each pair would cost pairs times findings; a pair can at least not outnumber its rarer ref.
    const most = Math.min(counts(refA).all, counts(refB).all);
    if (findingCount > most) yield [`findings of ${refA} and ${refB}`, findingCount, most];
  }
}

function findingsByRef(findings: readonly MappedFinding[]): ReadonlyMap<string, { all: number; direct: number }> {
  const counts = new Map<string, { all: number; direct: number }>();
  for (const { mappings } of findings) {
    for (const { ref, basis } of mappings) {
      const count = counts.get(ref) ?? { all: 0, direct: 0 };
      count.all += 1;
      if (basis === 'direct') count.direct += 1;
      counts.set(ref, count);
    }
  }
  return counts;
}
