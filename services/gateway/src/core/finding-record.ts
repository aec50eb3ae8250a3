import type {
  Finding,
  FindingRecorded,
  FindingRow,
  FindingStatus,
  FindingStatusChanged,
  StatusChange,
} from '@evidence/contracts';

/** What the view keeps of one finding. */
export interface FindingRecord {
  /** As the last scan saw it. */
  readonly recorded: FindingRecorded;
  /** Who imported that scan. */
  readonly importedBy: string;
  readonly status: FindingStatus;
  /** When it was first put on record as found: its place in lists, which never changes. */
  readonly discoveredAt: string;
  /** Of the scans that saw it; copies of one run count once. */
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly observations: number;
}

/** What else is to be told of one alone. */
export interface FindingHistory {
  /** Oldest first. */
  readonly changes: readonly FindingStatusChanged[];
  /** Scans that tested it and did not see it, in the order in which they ran. */
  readonly notSeen: readonly { readonly scanId: string; readonly testedAt: string }[];
}

/** Of a finding; the contract's limit. */
export const CHANGES_MAX = 100;

/** As it stands in a list. */
export function findingRowOf({
  recorded,
  status,
  discoveredAt,
  firstSeenAt,
  lastSeenAt,
  observations,
}: FindingRecord): FindingRow {
  const { findingId: id, scanId: scan_id, title, severity } = recorded;
  const seen = { first_seen: firstSeenAt, last_seen: lastSeenAt, observations };
  return { id, scan_id, title, severity, status, discovered_at: discoveredAt, ...seen };
}

/** As it stands alone. Several tags of a tool may name the same control: it is listed once. */
export function findingOf(record: FindingRecord, { changes, notSeen }: FindingHistory): Finding {
  const { endpointId: endpoint_id, refs, summary, target, evidence } = record.recorded;
  const since = notSeenSince(notSeen, record.lastSeenAt);
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

function notSeenSince(scans: FindingHistory['notSeen'], lastSeenAt: string): Finding['not_seen_since'] {
  const later = scans.filter(({ testedAt }) => Date.parse(testedAt) > Date.parse(lastSeenAt));
  const [first] = later;
  return first && { scan_id: first.scanId, at: first.testedAt, scans: later.length };
}

/** The file's own author answers for it, or who imported it. */
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
