import {
  type Basis,
  type CountsByReason,
  isListedBefore,
  type Mapping,
  type ReportMapped,
  type ReportRequested,
  type ReportScoped,
  type ScopedFinding,
  type ScopeTotals,
  SEVERITIES,
  type Severity,
} from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import { verdictOn } from './report-coverage.js';
import { SeenIds } from './seen-ids.js';
import { figuresDisagree } from './sentences.js';

/** Everything that a report is made of except its scope, which comes line by line. The mapping has been checked against its digest in `mapped`. */
export interface ReportSources {
  readonly request: ReportRequested;
  readonly scoped: ReportScoped;
  readonly mapped: ReportMapped;
  readonly mapping: Mapping;
  readonly signature: {
    readonly keyId: string;
    readonly algorithm: 'RS256' | 'ES256';
    readonly developmentKey: boolean;
  };
  /** The base URL of the API, without a trailing slash. */
  readonly publicUrl: string;
  readonly rendererVersion: string;
}

/** Worst first; all five when the request names none. */
export function severitiesOf({ scope }: ReportRequested): Severity[] {
  if (scope.includeSeverities.length === 0) return [...SEVERITIES];
  return SEVERITIES.filter((severity) => scope.includeSeverities.includes(severity));
}

/** A figure that two sources state. */
type Figure = readonly [name: string, stated: unknown, found: unknown];

/**
 * The digests tie the snapshots to their events; every count that will be printed is also counted from the rows as they are read. Each method
 * throws the `Refusal` `figures_disagree` if two sources state one figure differently: no report is made until the stage that wrote the wrong
 * figure is fixed and run again.
 */
export class Figures {
  /** By the number of a mapping: the findings that have it. */
  readonly #findingsOf: Uint32Array;
  readonly #ids = new SeenIds();
  readonly #bySeverity = new Map<Severity, number>();
  readonly #requested: ReadonlySet<Severity>;
  #last: Pick<ScopedFinding, 'id' | 'severity'> | undefined;
  #findings = 0;
  #withoutControl = 0;
  #scans = 0;

  constructor(private readonly sources: ReportSources) {
    this.#findingsOf = new Uint32Array(sources.mapping.mappings.length);
    this.#requested = new Set(severitiesOf(sources.request));
    assertAgree(originFigures(sources));
  }

  /** Findings so far. */
  get findings(): number {
    return this.#findings;
  }

  /** Findings so far that are mapped to no control. */
  get withoutControl(): number {
    return this.#withoutControl;
  }

  ofSeverity(severity: Severity): number {
    return this.#bySeverity.get(severity) ?? 0;
  }

  tenant(tenant: string): void {
    assertAgree([['tenant of the scope snapshot', tenant, this.sources.request.tenant]]);
  }

  /** Takes the next finding and returns the numbers of its mappings. */
  finding(finding: ScopedFinding): readonly number[] {
    const { id, severity, status } = finding;
    const index = this.#findings++;
    if (!this.#requested.has(severity)) disagree([`severity of ${id}`, 'one that was requested', severity]);
    if (status !== 'open' && status !== 'triaged') disagree([`status of ${id}`, 'open', status]);
    if (this.#last && !isListedBefore(this.#last, finding))
      disagree([`finding after ${this.#last.id}`, 'one in order', id]);
    // Findings are in order of severity and then id, so only an id that is repeated under another severity gets this far.
    this.#ids.add(id);
    this.#last = { id, severity };
    this.#bySeverity.set(severity, this.ofSeverity(severity) + 1);
    const places = this.sources.mapping.placesOf(finding, index);
    if (!places) return disagree([`mappings of finding ${index}`, 'those of its refs', 'none']);
    for (const place of places) this.#findingsOf[place] = (this.#findingsOf[place] as number) + 1;
    if (places.length === 0) this.#withoutControl += 1;
    return places;
  }

  scan(): void {
    this.#scans += 1;
  }

  /** After the last line. */
  end(totals: ScopeTotals): void {
    const { sources } = this;
    assertAgree(this.#scopeFigures(totals));
    assertAgree(this.#mappingFigures());
    assertAgree(coverageFigures(sources.mapping, this.#findingsByRef()));
  }

  *#scopeFigures(totals: ScopeTotals): Iterable<Figure> {
    const { counts } = this.sources.scoped;
    yield ['considered', counts.considered, totals.considered];
    yield ['included', counts.included, totals.included];
    yield ['excluded by reason', reasons(counts.excluded), reasons(totals.excluded)];
    yield ['scans', counts.scans, totals.scans];
    yield ['listed scans', totals.scans, this.#scans];
    yield ['included findings', totals.included, this.#findings];
    yield ['findings that are listed more than once', 0, this.#ids.repeated()];
    for (const [reason, open] of Object.entries(totals.openElsewhen ?? {}))
      if (open > (totals.excluded[reason] ?? 0)) yield [`open findings ${reason}`, open, totals.excluded[reason] ?? 0];
    const excluded = sum(Object.values(totals.excluded));
    yield ['considered = included + excluded', totals.considered, totals.included + excluded];
  }

  *#mappingFigures(): Iterable<Figure> {
    const { mapped, mapping } = this.sources;
    yield ['mapped findings', mapped.counts.findings, mapping.counts.findings];
    yield ['mapped findings of the scope snapshot', mapping.counts.findings, this.#findings];
    yield ['refs', mapped.counts.refs, mapping.counts.refs];
    yield ['refs of the findings', mapping.counts.refs, sum([...this.#findingsOf])];
    const ofBasis = (basis: Basis) =>
      sum(mapping.mappings.map((each, place) => (each.basis === basis ? (this.#findingsOf[place] as number) : 0)));
    for (const basis of Object.keys(mapping.countsByBasis) as Basis[])
      yield [`${basis} refs`, mapping.countsByBasis[basis], ofBasis(basis)];
    yield ['overlaps', mapped.counts.overlaps, mapping.overlaps.length];
  }

  #findingsByRef(): FindingsByRef {
    const counts = new Map<string, { all: number; direct: number }>();
    for (const [place, { ref, basis }] of this.sources.mapping.mappings.entries()) {
      const count = counts.get(ref) ?? { all: 0, direct: 0 };
      const findings = this.#findingsOf[place] as number;
      count.all += findings;
      if (basis === 'direct') count.direct += findings;
      counts.set(ref, count);
    }
    return counts;
  }
}

type FindingsByRef = ReadonlyMap<string, { readonly all: number; readonly direct: number }>;

function assertAgree(figures: Iterable<Figure>): void {
  for (const figure of figures) if (figure[1] !== figure[2]) disagree(figure);
}

function disagree([figure, stated, found]: Figure): never {
  throw new Refusal('figures_disagree', figuresDisagree(figure, stated, found), { figure, stated, found });
}

function* originFigures({ request, scoped, mapped, mapping }: ReportSources): Iterable<Figure> {
  yield ['reportId of ReportScoped', scoped.reportId, request.reportId];
  yield ['reportId of ReportMapped', mapped.reportId, request.reportId];
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

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

const reasons = (counts: CountsByReason) =>
  Object.keys(counts)
    .sort()
    .map((reason) => `${reason} ${counts[reason]}`)
    .join(', ');

function* coverageFigures(mapping: Mapping, findings: FindingsByRef): Iterable<Figure> {
  const counts = (ref: string) => findings.get(ref) ?? { all: 0, direct: 0 };
  for (const control of mapping.coverage.flatMap(({ controls }) => controls)) {
    const { ref, evaluations } = control;
    const verdict = verdictOn(control, mapping);
    yield [`findings of ${ref}`, control.findingCount, counts(ref).all];
    yield [`direct findings of ${ref}`, control.directCount, counts(ref).direct];
    yield [`verdict on ${ref} is finding`, verdict === 'finding', control.directCount > 0];
    if (verdict === 'indicated') yield [`findings of indicated ${ref}`, control.findingCount > 0, true];
    if (verdict === 'clean') yield [`findings of clean ${ref}`, control.findingCount, 0];
    const { total, passed, failed, failedOfUnknownTotal: unknown = 0 } = evaluations;
    if ((verdict === 'clean' || verdict === 'partly_tested') && total === 0)
      yield [`verdict on ${ref}`, verdict, 'not_tested'];
    yield [`evaluations of ${ref}`, total, passed === null ? null : passed + failed - unknown];
  }
  for (const { refA, refB, findingCount } of mapping.overlaps) {
    // Recounting each pair would cost pairs times findings. This only checks that a pair is not on more findings than its rarer ref.
    const most = Math.min(counts(refA).all, counts(refB).all);
    if (findingCount > most) yield [`findings of ${refA} and ${refB}`, findingCount, most];
  }
}
