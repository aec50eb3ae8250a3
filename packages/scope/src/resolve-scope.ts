import {
  type CountsByReason,
  type DirectRef,
  type Disposition,
  type FindingStatus,
  isListedBefore,
  type OpenElsewhen,
  type ReportScope,
  type ScopedFinding,
  type ScopedScan,
  type ScopeLine,
  type Severity,
} from '@evidence/contracts';
import { OutsideCounts } from './outside-findings.js';
import { dayOf, dayOfScan, type KnownFinding, type KnownScan, redactionsOf } from './recorded-evidence.js';
import { evidenceSays } from './sentences.js';

/**
 * How many weaknesses have their counting scan on this endpoint, day (UTC) and severity. The scan that counts for a weakness is the last one
 * that saw it on or before the scope's `to`, or the last of all if there is none.
 */
export interface FindingTally {
  readonly endpointId: string;
  readonly day: string;
  readonly severity: Severity;
  readonly findings: number;
}

/** An open finding that no scan saw within the scope's dates, with the reason why it is left out. */
export type OpenFinding = Pick<OpenElsewhen, 'reason' | 'refs'>;

/** The evidence of one tenant, as of a position of the log. */
export interface TenantEvidence {
  /** All weaknesses of the tenant, in scope or not; in any order. */
  readonly tallies: Iterable<FindingTally>;
  /**
   * At least the weaknesses on the scope's endpoints and days, each as the scan that counts saw it. The open ones of the scope come last. Both
   * parts have the worst severity first, and then are by id.
   */
  readonly findings: Iterable<KnownFinding>;
  /** At least the scans of the scope's endpoints and days, and those that the findings name; by id. Iterated twice. */
  readonly scans: Iterable<KnownScan>;
  /** On the scope's endpoints, of any severity; in any order. */
  readonly openElsewhen: Iterable<OpenFinding>;
  /** How many events cannot be read and do not name their tenant. */
  readonly unreadableEvents: number;
}

export interface ScopeQuestion extends TenantEvidence {
  readonly tenant: string;
  readonly scope: ReportScope;
  /** Whether the snapshot contains the excerpts. Default: only their hashes. */
  readonly includeEvidence?: boolean | undefined;
}

/** Why a finding is not in the report. A finding with several reasons counts under the first in this order. */
type ExclusionReason =
  | 'endpoint_not_in_scope'
  | 'before_from'
  | 'after_to'
  | 'severity_not_included'
  | 'status_fixed'
  | 'status_accepted'
  | 'status_false_positive';

/**
 * The lines of a scope snapshot: the findings in scope, the closed ones that would be in scope, the scans, and the refs of everything that was
 * left out on its endpoints and days. Every finding is counted once, as included or under one reason. Findings are read one by one, and none
 * is kept.
 *
 * Throws if the evidence contradicts itself (a finding without its scan, findings out of order, tallies that do not match the findings):
 * then the log was not read completely, and no report may be made. Lines that were already yielded must be discarded.
 */
export function* scopeLines({
  tenant,
  scope,
  includeEvidence = false,
  ...evidence
}: ScopeQuestion): Generator<ScopeLine> {
  const { considered, excluded, matching } = tallied(evidence.tallies, scope);
  const toolOf = new Map<string, ScopedScan['tool']>();
  let scans = 0;
  let redactions = 0;
  for (const { scan, isSuperseded } of evidence.scans) {
    toolOf.set(scan.id, scan.tool);
    if (!isOfScope(scan, isSuperseded, scope)) continue;
    scans += 1;
    redactions += scan.redactions ?? 0;
  }
  yield { header: { tenant, scope } };
  const outside = new OutsideCounts();
  let dispositions = 0;
  let included = 0;
  for (const { finding, isOfOtherSeverity, isListed } of inOrder(evidence.findings, scope)) {
    if (isListed) {
      included += 1;
      redactions += finding.recorded.redactions ?? 0;
      yield { finding: scopedFinding(finding, toolOf, includeEvidence) };
      continue;
    }
    outside.add(finding);
    if (isOfOtherSeverity) continue;
    count(excluded, `status_${finding.status as Exclude<FindingStatus, 'open' | 'triaged'>}`, 1);
    dispositions += 1;
    const closed = disposition(finding);
    redactions += closed.redactions ?? 0;
    yield { disposition: closed };
  }
  const found = included + dispositions;
  if (found !== matching) throw new Error(evidenceSays.otherCount(matching, found));
  for (const group of outside.groups()) yield { outside: group };
  const openElsewhen: CountsByReason = {};
  for (const group of grouped(evidence.openElsewhen)) {
    openElsewhen[group.reason] = (openElsewhen[group.reason] ?? 0) + group.findings;
    yield { openElsewhen: group };
  }
  const { unreadableEvents } = evidence;
  const more = { ...(redactions > 0 && { redactions }), ...(unreadableEvents > 0 && { unreadableEvents }) };
  yield { totals: { considered, included, excluded, scans, openElsewhen, ...more } };
  for (const { scan, isSuperseded } of evidence.scans) if (isOfScope(scan, isSuperseded, scope)) yield { scan };
}

const isOpen = ({ status }: KnownFinding): boolean => status === 'open' || status === 'triaged';

const whyOutside = ({ recorded: { endpointId, discoveredAt, severity } }: KnownFinding, scope: ReportScope) =>
  outsideOf(scope, endpointId, dayOf(discoveredAt), severity);

const isOfScope = (scan: ScopedScan, isSuperseded: boolean, scope: ReportScope): boolean =>
  !isSuperseded && outsideOf(scope, scan.endpointId, dayOfScan(scan)) === undefined;

/** On the scope's endpoints and days. */
interface PlacedFinding {
  readonly finding: KnownFinding;
  readonly isOfOtherSeverity: boolean;
  /** Whether the report lists it: its severity is in the scope, and it is open. */
  readonly isListed: boolean;
}

/** Without those on other endpoints and days. */
function* inOrder(findings: Iterable<KnownFinding>, scope: ReportScope): Generator<PlacedFinding> {
  let last: PlacedFinding | undefined;
  for (const finding of findings) {
    const reason = whyOutside(finding, scope);
    if (reason !== undefined && reason !== 'severity_not_included') continue;
    const isOfOtherSeverity = reason !== undefined;
    const placed = { finding, isOfOtherSeverity, isListed: !isOfOtherSeverity && isOpen(finding) };
    if (last && !isBefore(last, placed))
      throw new Error(evidenceSays.outOfOrder(finding.recorded.id, last.finding.recorded.id));
    last = placed;
    yield placed;
  }
}

const isBefore = (a: PlacedFinding, b: PlacedFinding): boolean =>
  a.isListed === b.isListed ? isListedBefore(a.finding.recorded, b.finding.recorded) : b.isListed;

/** Sorted by reason and refs, independent of the order of `findings`. */
function grouped(findings: Iterable<OpenFinding>): OpenElsewhen[] {
  const groups = new Map<string, OpenElsewhen>();
  for (const { reason, refs } of findings) {
    const key = `${reason} ${JSON.stringify(refs)}`;
    const group = groups.get(key);
    if (group) group.findings += 1;
    else groups.set(key, { reason, refs, findings: 1 });
  }
  return [...groups].sort(([a], [b]) => byCodeUnits(a, b)).map(([, group]) => group);
}

/** Decides by endpoint, day and severity, without reading a single finding. */
function tallied(tallies: Iterable<FindingTally>, scope: ReportScope) {
  const excluded: CountsByReason = {};
  let considered = 0;
  let matching = 0;
  for (const { endpointId, day, severity, findings } of tallies) {
    considered += findings;
    const reason = outsideOf(scope, endpointId, day, severity);
    if (reason === undefined) matching += findings;
    else count(excluded, reason, findings);
  }
  return { considered, excluded, matching };
}

function count(counts: CountsByReason, reason: ExclusionReason, findings: number): void {
  counts[reason] = (counts[reason] ?? 0) + findings;
}

/** `day`, and the inclusive `from` and `to`, are days in UTC. Without `severity`, severities are not considered. */
function outsideOf(
  { endpointIds, from, to, includeSeverities }: ReportScope,
  endpointId: string,
  day: string,
  severity?: Severity,
): ExclusionReason | undefined {
  if (endpointIds.length > 0 && !endpointIds.includes(endpointId)) return 'endpoint_not_in_scope';
  if (from !== undefined && day < from) return 'before_from';
  if (to !== undefined && day > to) return 'after_to';
  if (severity !== undefined && includeSeverities.length > 0 && !includeSeverities.includes(severity))
    return 'severity_not_included';
  return undefined;
}

function scopedFinding(
  { recorded, sightings, status }: KnownFinding,
  toolOf: ReadonlyMap<string, ScopedScan['tool']>,
  includeEvidence: boolean,
): ScopedFinding {
  const tool = toolOf.get(recorded.scanId);
  if (!tool) throw new Error(evidenceSays.noScan(recorded.id, recorded.scanId));
  const { evidenceExcerpt, redactions, score, target, timeNotStated } = recorded;
  const { notSeenSince, undated } = sightings;
  // In the order of canonical JSON, because there are tens of thousands.
  return {
    detector: recorded.detector,
    discoveredAt: recorded.discoveredAt,
    endpointId: recorded.endpointId,
    evaluations: recorded.evaluations,
    ...(includeEvidence && evidenceExcerpt !== undefined && { evidenceExcerpt }),
    evidenceExcerptSha256: recorded.evidenceExcerptSha256,
    firstSeenAt: sightings.firstSeenAt,
    hits: recorded.hits,
    id: recorded.id,
    lastSeenAt: sightings.lastSeenAt,
    ...(notSeenSince && { notSeenSince }),
    observations: sightings.observations,
    probe: recorded.probe,
    ...(redactions !== undefined && { redactions }),
    refs: recorded.refs.map(directRef),
    scanId: recorded.scanId,
    ...(score !== undefined && { score }),
    severity: recorded.severity,
    severityOriginal: recorded.severityOriginal,
    status,
    ...(target !== undefined && { target }),
    ...(timeNotStated && { timeNotStated }),
    title: recorded.title,
    tool,
    ...(undated && { undated }),
    unresolvedTags: recorded.unresolvedTags,
  };
}

const directRef = ({ native, origin, ref, source }: DirectRef): DirectRef => ({
  native,
  ...(origin && { origin }),
  ref,
  source,
});

function disposition({ recorded, sightings, status, decision }: KnownFinding): Disposition {
  const { id: findingId, title, severity } = recorded;
  if (!decision) throw new Error(evidenceSays.noDecision(findingId, status));
  const { at, by, atImport, ...why } = decision;
  const decidedAtImport = atImport && { decidedAtImport: atImport };
  const redactions = (recorded.redactions ?? 0) + (redactionsOf([by, why.reason, why.kind]).redactions ?? 0);
  return {
    ...{ findingId, title, severity, ...sightings, status, decidedAt: at, ...decidedAtImport, decidedBy: by, ...why },
    ...(redactions > 0 && { redactions }),
  };
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
