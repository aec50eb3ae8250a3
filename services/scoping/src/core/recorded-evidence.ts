import type {
  FindingRecorded,
  FindingStatus,
  RunState,
  ScanRecorded,
  ScopedFinding,
  ScopedScan,
} from '@evidence/contracts';

/** What a snapshot says of a finding, but for its status, which may change, and its tool, which its scan knows. */
export type RecordedFinding = Omit<ScopedFinding, 'status' | 'tool'>;

/** Who gave a finding its present status, from the last `FindingStatusChanged`. */
export interface Decision {
  readonly at: string;
  readonly by: string;
  readonly reason?: string;
}

/** A finding as of a point of the log: how it was recorded, and what became of it. No decision: it still has the status of its birth. */
export interface KnownFinding {
  readonly recorded: RecordedFinding;
  readonly status: FindingStatus;
  readonly decision?: Decision;
}

/** The day, in UTC, of an instant: instants are RFC 3339 in UTC, so their first ten characters are it. */
export const dayOf = (instant: string): string => instant.slice(0, 10);

/** Leaves out the summary and the excerpt, which no snapshot carries. */
export function recordedFinding(event: FindingRecorded): RecordedFinding {
  const { findingId, scanId, endpointId, title, severity, severityOriginal, discoveredAt } = event;
  const { probe, detector, refs, unresolvedTags, evidence } = event;
  return {
    id: findingId,
    scanId,
    endpointId,
    title,
    severity,
    severityOriginal,
    discoveredAt,
    probe,
    detector,
    refs,
    unresolvedTags,
    // Events recorded before the contract had null here carry the hash of the empty text, which is evidence of nothing.
    evidenceExcerptSha256: evidence.excerpt === '' ? null : evidence.excerptSha256,
    hits: evidence.hits,
    evaluations: evidence.evaluations,
    ...(evidence.score === undefined ? {} : { score: evidence.score }),
  };
}

/** As of scans that were recorded before an importer kept how the run ended. */
const RUN_NOT_STATED: RunState = { outcome: 'not_stated', problems: [] };

/** Leaves out when and by whom the file was imported: an import later, or after another one, is the same evidence. */
export function recordedScan(event: ScanRecorded): ScopedScan {
  const { scanId, endpointId, tool, format, sourceSha256, startedAt } = event;
  const { attempts, evaluated, evaluations, run = RUN_NOT_STATED, probes, counts, discrepancies } = event;
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
    run,
    probes,
    counts,
    discrepancies,
  };
}
