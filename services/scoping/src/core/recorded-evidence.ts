import type {
  FindingRecorded,
  FindingStatus,
  RunState,
  ScanRecorded,
  ScanSuperseded,
  ScopedFinding,
  ScopedScan,
} from '@evidence/contracts';

/** The contracts' limits. */
const REASON_CHARS_MAX = 1000;
const DISCREPANCIES_MAX = 1000;

/** What a snapshot says of a weakness as one scan saw it. Its status may change, its tool its scan knows, and others may have seen it. */
export type RecordedFinding = Omit<ScopedFinding, 'status' | 'tool' | keyof Sightings>;

/** What the scans that saw a weakness, or looked for it, say together. */
export type Sightings = Pick<ScopedFinding, 'firstSeenAt' | 'lastSeenAt' | 'observations' | 'notSeenSince'>;

/** Who gave a finding its present status: the last `FindingStatusChanged`, or the file that closed it. */
export interface Decision {
  readonly at: string;
  readonly by: string;
  readonly reason?: string;
  /** How the file closed it; absent when it was decided here. */
  readonly kind?: string;
}

/** A weakness as of a point of the log, as the scan that counts for the scope saw it, and what became of it. */
export interface KnownFinding {
  readonly recorded: RecordedFinding;
  readonly sightings: Sightings;
  readonly status: FindingStatus;
  /** Absent: it is open, as it was found. */
  readonly decision?: Decision;
}

/** A scan, and whether a more complete copy of its run counts in its place. */
export interface KnownScan {
  readonly scan: ScopedScan;
  readonly isSuperseded: boolean;
}

/** The day, in UTC, of an instant: instants are RFC 3339 in UTC, so their first ten characters are it. */
export const dayOf = (instant: string): string => instant.slice(0, 10);

/** Leaves out the summary, which no snapshot carries. */
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
    ...(evidence.excerpt === '' ? {} : { evidenceExcerpt: evidence.excerpt }),
    hits: evidence.hits,
    evaluations: evidence.evaluations,
    ...(evidence.score === undefined ? {} : { score: evidence.score }),
    ...(event.target !== undefined && { target: event.target }),
  };
}

/** Of a finding that the file itself closed; `importedBy` answers for it where the file names nobody. Undefined: the file leaves it open. */
export function decisionInFile(
  { status, disposition, discoveredAt }: FindingRecorded,
  importedBy: string,
): Decision | undefined {
  if (status === 'open' || status === 'triaged') return undefined;
  const { kind, by, justification = 'The imported file closes it and gives no reason.', place } = disposition ?? {};
  const reason = place === undefined ? justification : `${justification} (${place})`.slice(0, REASON_CHARS_MAX);
  return {
    at: discoveredAt,
    by: by === undefined ? importedBy : `file:${by}`,
    reason,
    ...(kind !== undefined && { kind }),
  };
}

/** The scan with what is to be told of the other copies of its run, which count in it. */
export function withCopies(scan: ScopedScan, copies: readonly ScanSuperseded[]): ScopedScan {
  const discrepancies = copies.map(({ scanId, copy, findings }) => ({
    subject: `run ${copy.runId} was also imported as a ${copy.kind} (scan ${scanId}), and is counted once`,
    stated: findings,
    counted: 0,
  }));
  return { ...scan, discrepancies: [...scan.discrepancies, ...discrepancies].slice(0, DISCREPANCIES_MAX) };
}

/** As of scans that were recorded before an importer kept how the run ended. */
const RUN_NOT_STATED: RunState = { outcome: 'not_stated', problems: [] };

/** Leaves out when and by whom the file was imported: an import later, or after another one, is the same evidence. */
export function recordedScan(event: ScanRecorded): ScopedScan {
  const { scanId, endpointId, tool, format, sourceSha256, startedAt } = event;
  const { attempts, evaluated, evaluations, run = RUN_NOT_STATED, probes, counts, discrepancies } = event;
  const { copy, targets = [], suite } = event;
  return {
    id: scanId,
    endpointId,
    tool,
    format,
    sourceSha256,
    startedAt,
    ...(copy && { runId: copy.runId }),
    targets,
    ...(suite && { suite }),
    attempts,
    evaluated,
    evaluations,
    run,
    probes,
    counts,
    discrepancies,
  };
}
