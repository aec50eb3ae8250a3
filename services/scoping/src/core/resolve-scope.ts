import type {
  CountsByReason,
  Disposition,
  ReportScope,
  ScopedFinding,
  ScopedScan,
  ScopeSnapshot,
  Severity,
} from '@evidence/contracts';
import { OutsideCounts } from './outside-findings.js';
import { dayOf, type KnownFinding, type KnownScan } from './recorded-evidence.js';

/**
 * How many weaknesses the scan that counts found on an endpoint, on a day (UTC), with a severity. The scan that counts for a weakness is the
 * last that saw it on or before the scope's `to`; the last of all when there is none.
 */
export interface FindingTally {
  readonly endpointId: string;
  readonly day: string;
  readonly severity: Severity;
  readonly findings: number;
}

/** What one tenant has had tested, as of a point of the log. Each is walked once, in any order. */
export interface TenantEvidence {
  /** Of all weaknesses of the tenant, in scope or not. */
  readonly tallies: Iterable<FindingTally>;
  /** At least the weaknesses of the scope's endpoints and days, each as the scan that counts saw it, whatever their severity and status. */
  readonly findings: Iterable<KnownFinding>;
  /** At least the scans of the scope's endpoints and days, and those that `findings` name. */
  readonly scans: Iterable<KnownScan>;
}

export interface ScopeQuestion extends TenantEvidence {
  readonly tenant: string;
  readonly scope: ReportScope;
  /** Whether the snapshot carries the excerpts. Default: their hashes alone. */
  readonly includeEvidence?: boolean | undefined;
}

/** Why a finding is not in the report. A finding with several reasons counts under the first in this order. */
export type ExclusionReason =
  | 'endpoint_not_in_scope'
  | 'before_from'
  | 'after_to'
  | 'severity_not_included'
  | 'status_fixed'
  | 'status_accepted'
  | 'status_false_positive';

/** Worst first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/**
 * The findings in scope, the closed ones that would be, what was tested, and what the refs are of everything that was left out on its
 * endpoints and days. Every finding is counted once, as included or under one reason; the order of the input does not matter. Throws
 * when the evidence contradicts itself, by a finding without its scan or by tallies that promise other findings: then the log was not
 * read whole, and no report must be made of it.
 */
export function resolveScope({ tenant, scope, includeEvidence = false, ...evidence }: ScopeQuestion): ScopeSnapshot {
  const { tallies, findings, scans } = evidence;
  const { considered, excluded, matching } = tallied(tallies, scope);
  const allScans = [...scans];
  const scanById = new Map(allScans.map(({ scan }) => [scan.id, scan]));
  const included: ScopedFinding[] = [];
  const dispositions: Disposition[] = [];
  const outside = new OutsideCounts();
  for (const finding of findings) {
    const { recorded, status } = finding;
    const reason = outsideOf(scope, recorded.endpointId, dayOf(recorded.discoveredAt), recorded.severity);
    if (reason !== undefined) {
      if (reason === 'severity_not_included') outside.add(finding);
      continue;
    }
    if (status === 'open' || status === 'triaged') {
      included.push(scopedFinding(finding, scanById, includeEvidence));
    } else {
      outside.add(finding);
      count(excluded, `status_${status}`, 1);
      dispositions.push(disposition(finding));
    }
  }
  const found = included.length + dispositions.length;
  if (found !== matching)
    throw new Error(`${matching} findings match the scope and ${found} were read: rebuild the view of the log.`);
  return {
    tenant,
    scope,
    outside: outside.groups(),
    findings: included.sort((a, b) => bySeverity(a, b) || byCodeUnits(a.id, b.id)),
    dispositions: dispositions.sort((a, b) => bySeverity(a, b) || byCodeUnits(a.findingId, b.findingId)),
    scans: allScans
      .filter(({ isSuperseded }) => !isSuperseded)
      .map(({ scan }) => scan)
      .filter((scan) => outsideOf(scope, scan.endpointId, dayOf(scan.startedAt)) === undefined)
      .sort((a, b) => byCodeUnits(a.id, b.id)),
    counts: { considered, included: included.length, excluded },
  };
}

/** Everything but the status decides by the tally alone, without looking at a single finding. */
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

/** `from` and `to` are days in UTC, both inclusive; `day` is one too. Without a severity, none is looked at. */
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
  scanById: ReadonlyMap<string, ScopedScan>,
  includeEvidence: boolean,
): ScopedFinding {
  const scan = scanById.get(recorded.scanId);
  if (!scan)
    throw new Error(`Finding ${recorded.id} names scan ${recorded.scanId}, which is not in the log that was read.`);
  const { evidenceExcerpt, ...finding } = recorded;
  const shown = includeEvidence && evidenceExcerpt !== undefined ? { evidenceExcerpt } : {};
  return { ...finding, ...shown, ...sightings, status, tool: scan.tool };
}

function disposition({ recorded, sightings, status, decision }: KnownFinding): Disposition {
  const { id: findingId, title, severity } = recorded;
  if (!decision)
    throw new Error(`Finding ${findingId} is ${status}, and nobody decided so: rebuild the view of the log.`);
  const { at, by, ...why } = decision;
  return { findingId, title, severity, ...sightings, status, decidedAt: at, decidedBy: by, ...why };
}

const bySeverity = (a: { readonly severity: Severity }, b: { readonly severity: Severity }): number =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);

/** The same order on every machine, whatever its locale. */
const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
