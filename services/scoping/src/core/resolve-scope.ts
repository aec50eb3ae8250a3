import type {
  Disposition,
  FindingRecorded,
  FindingStatus,
  LogPoint,
  ReportScope,
  ScanRecorded,
  ScopedFinding,
  ScopedScan,
  ScopeSnapshot,
  Severity,
} from '@evidence/contracts';

/** Who gave a finding its present status, from the last `FindingStatusChanged`. */
export interface Decision {
  readonly at: string;
  readonly by: string;
  readonly reason?: string;
}

/** A finding as of the snapshot's point: how it was recorded, and what became of it. No decision: it still has the status of its birth. */
export interface KnownFinding {
  readonly recorded: FindingRecorded;
  readonly status: FindingStatus;
  readonly decision?: Decision;
}

export interface ScopeQuestion {
  readonly tenant: string;
  readonly scope: ReportScope;
  readonly dataAsOf: LogPoint;
  /** All findings of the tenant, each once, in any order. */
  readonly findings: readonly KnownFinding[];
  /** All scans of the tenant, in any order; every finding names one of them. */
  readonly scans: readonly ScanRecorded[];
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

const WORST_FIRST: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Closed in the scanner's own file, before anybody here decided anything. */
const CLOSED_AT_BIRTH = { by: 'service:gateway', reason: 'Closed in the scan itself.' };

/**
 * The findings in scope, the closed ones that would be, and what was tested. Every finding is counted once, as included or under one
 * reason; the order of the input does not matter. Throws when a finding names a scan that is not among `scans`: then the log was not
 * read whole, and no report must be made of it.
 */
export function resolveScope({ tenant, scope, dataAsOf, findings, scans }: ScopeQuestion): ScopeSnapshot {
  const scanById = new Map(scans.map((scan) => [scan.scanId, scan]));
  const included: ScopedFinding[] = [];
  const dispositions: Disposition[] = [];
  const excluded: Record<string, number> = {};
  for (const finding of findings) {
    const reason = exclusionOf(finding, scope);
    if (reason === undefined) {
      included.push(scopedFinding(finding, scanById));
      continue;
    }
    excluded[reason] = (excluded[reason] ?? 0) + 1;
    // The status is looked at last, so what it excludes matches the scope in everything else.
    if (reason.startsWith('status_')) dispositions.push(disposition(finding));
  }
  return {
    tenant,
    scope,
    dataAsOf,
    findings: included.sort((a, b) => bySeverity(a, b) || byCodeUnits(a.id, b.id)),
    dispositions: dispositions.sort((a, b) => bySeverity(a, b) || byCodeUnits(a.findingId, b.findingId)),
    scans: scans
      .filter((scan) => outsideOf(scope, scan.endpointId, scan.startedAt) === undefined)
      .map(scopedScan)
      .sort((a, b) => byCodeUnits(a.id, b.id)),
    counts: { considered: findings.length, included: included.length, excluded },
  };
}

function exclusionOf({ recorded, status }: KnownFinding, scope: ReportScope): ExclusionReason | undefined {
  const outside = outsideOf(scope, recorded.endpointId, recorded.discoveredAt);
  if (outside !== undefined) return outside;
  const { includeSeverities } = scope;
  if (includeSeverities.length > 0 && !includeSeverities.includes(recorded.severity)) return 'severity_not_included';
  return status === 'open' || status === 'triaged' ? undefined : `status_${status}`;
}

/** `from` and `to` are days in UTC, both inclusive; instants are RFC 3339 in UTC, so their first ten characters are the day. */
function outsideOf(
  { endpointIds, from, to }: ReportScope,
  endpointId: string,
  instant: string,
): ExclusionReason | undefined {
  if (endpointIds.length > 0 && !endpointIds.includes(endpointId)) return 'endpoint_not_in_scope';
  const day = instant.slice(0, 10);
  if (from !== undefined && day < from) return 'before_from';
  if (to !== undefined && day > to) return 'after_to';
  return undefined;
}

function scopedFinding({ recorded, status }: KnownFinding, scanById: ReadonlyMap<string, ScanRecorded>): ScopedFinding {
  const scan = scanById.get(recorded.scanId);
  if (!scan)
    throw new Error(
      `Finding ${recorded.findingId} names scan ${recorded.scanId}, which is not in the log that was read.`,
    );
  const { findingId, scanId, endpointId, title, severity, severityOriginal, discoveredAt } = recorded;
  const { probe, detector, refs, unresolvedTags, evidence } = recorded;
  return {
    id: findingId,
    scanId,
    endpointId,
    title,
    severity,
    severityOriginal,
    status,
    discoveredAt,
    tool: scan.tool,
    probe,
    detector,
    refs,
    unresolvedTags,
    evidenceExcerptSha256: evidence.excerptSha256,
    hits: evidence.hits,
    evaluations: evidence.evaluations,
  };
}

function disposition({ recorded, status, decision }: KnownFinding): Disposition {
  const { at, by, reason } = decision ?? { at: recorded.discoveredAt, ...CLOSED_AT_BIRTH };
  const { findingId, title, severity } = recorded;
  const decided = { findingId, title, severity, status, decidedAt: at, decidedBy: by };
  return reason === undefined ? decided : { ...decided, reason };
}

function scopedScan(scan: ScanRecorded): ScopedScan {
  const {
    scanId,
    endpointId,
    tool,
    format,
    sourceSha256,
    startedAt,
    attempts,
    evaluated,
    evaluations,
    probes,
    discrepancies,
  } = scan;
  return {
    id: scanId,
    endpointId,
    tool,
    format,
    sourceSha256,
    startedAt,
    attempts,
    evaluated,
    evaluations,
    probes,
    discrepancies,
  };
}

const bySeverity = (a: { readonly severity: Severity }, b: { readonly severity: Severity }): number =>
  WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity);

/** The same order on every machine, whatever its locale. */
const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
