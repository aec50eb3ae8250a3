import type {
  Finding,
  FindingRecorded,
  FindingRow,
  FindingStatus,
  FindingStatusChanged,
  StatusChange,
  UndatedObservations,
} from '@evidence/contracts';

/** What the view keeps of one finding. */
export interface FindingRecord {
  /** The finding as the last scan saw it. */
  readonly recorded: FindingRecorded;
  /** Who imported that scan. */
  readonly importedBy: string;
  readonly status: FindingStatus;
  /** When it was first recorded as found. It determines the position in lists and never changes. */
  readonly discoveredAt: string;
  /** The times of the first and last scan that saw it. Null: the times of all of them are unknown. */
  readonly firstSeenAt: string | null;
  readonly lastSeenAt: string | null;
  readonly observations: number;
  /** Observations by scans whose time is unknown. Absent: there are none. */
  readonly undated?: UndatedObservations;
}

/** The further details when a finding is shown alone. */
export interface FindingHistory {
  /** Oldest first. */
  readonly changes: readonly FindingStatusChanged[];
  /** Scans that tested it and did not see it, in the order in which they ran. */
  readonly notSeen: readonly { readonly scanId: string; readonly testedAt: string }[];
}

/** The most changes that are shown of a finding; the contract's limit. */
export const CHANGES_MAX = 100;

/** The finding as shown in a list. */
export function findingRowOf({
  recorded,
  status,
  discoveredAt,
  firstSeenAt,
  lastSeenAt,
  observations,
  undated,
}: FindingRecord): FindingRow {
  const { findingId: id, scanId: scan_id, title, severity } = recorded;
  const seen = {
    ...{ first_seen: firstSeenAt, last_seen: lastSeenAt, observations },
    ...(undated && { undated: { observations: undated.observations, imported_at: undated.importedAt } }),
  };
  return { id, scan_id, title, severity, status, discovered_at: discoveredAt, ...seen };
}

/** The finding as shown alone. Several tags of a tool may name the same control, which is listed once. */
export function findingOf(record: FindingRecord, { changes, notSeen }: FindingHistory): Finding {
  const { endpointId: endpoint_id, refs, summary, target, evidence } = record.recorded;
  const since = notSeenSince(notSeen, record);
  return {
    ...findingRowOf(record),
    endpoint_id,
    risk_refs: [...new Set(refs.map(({ ref }) => ref))],
    summary,
    evidence_excerpt: evidence.excerpt,
    // Events recorded before the contract had null here carry the hash of the empty text, which is evidence of nothing.
    evidence_excerpt_sha256: evidence.excerpt === '' ? null : evidence.excerptSha256,
    ...(target !== undefined && { target }),
    ...(since && { not_seen_since: since }),
    status_history: [...closedInFile(record), ...changes.map(statusChange)].slice(-CHANGES_MAX),
  };
}

/** The scans after the last one that saw it. A scan whose time is unknown may have run at any time up to its import. */
function notSeenSince(
  scans: FindingHistory['notSeen'],
  { lastSeenAt, undated }: Pick<FindingRecord, 'lastSeenAt' | 'undated'>,
): Finding['not_seen_since'] {
  const lastMs = Math.max(...[lastSeenAt, undated?.importedAt].flatMap((at) => (at ? [Date.parse(at)] : [])));
  const later = scans.filter(({ testedAt }) => Date.parse(testedAt) > lastMs);
  const [first] = later;
  return first && { scan_id: first.scanId, at: first.testedAt, scans: later.length };
}

/** A status set in the file, attributed to the author named there, or to the importer. */
function closedInFile({ recorded, importedBy }: FindingRecord): StatusChange[] {
  const { status, disposition, discoveredAt } = recorded;
  if (status === 'open' || status === 'triaged') return [];
  const by = disposition?.by === undefined ? importedBy : `file:${disposition.by}`;
  const reason = disposition?.justification;
  return [{ to: status, at: discoveredAt, by, ...(reason !== undefined && { reason }) }];
}

const statusChange = ({
  from,
  to,
  changedAt,
  changedBy,
  reason,
  rule,
  scanId,
}: FindingStatusChanged): StatusChange => ({
  from,
  to,
  at: changedAt,
  by: changedBy,
  ...(reason !== undefined && { reason }),
  ...(rule !== undefined && { rule }),
  ...(scanId !== undefined && { scan_id: scanId }),
});
