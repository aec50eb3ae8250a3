import type {
  FindingRecorded,
  FindingStatus,
  RunState,
  SameRun,
  ScanRecorded,
  ScopedFinding,
  ScopedScan,
} from '@evidence/contracts';
import { redactionsIn } from '@evidence/redaction';
import { CLOSED_IN_FILE } from './sentences.js';

/** The contracts' limits. */
const REASON_CHARS_MAX = 1000;
const SAME_RUN_MAX = 1000;

/** A weakness in a snapshot, as one scan saw it. Without its status, which may change, its tool, which the scan states, and what other scans saw. */
export type RecordedFinding = Omit<ScopedFinding, 'status' | 'tool' | keyof Sightings>;

/** What all scans that saw or tested a weakness say about it together. */
type Sightings = Pick<ScopedFinding, 'firstSeenAt' | 'lastSeenAt' | 'observations' | 'undated' | 'notSeenSince'>;

/** The decision that led to a finding's current status: the last `FindingStatusChanged`, or that of the file that closed it. */
export interface Decision {
  readonly at: string;
  readonly by: string;
  readonly reason?: string;
  /** How the file closed it; absent if it was decided here. */
  readonly kind?: string;
  /** The scan whose file closed it has no stated time: `at` is the time of its import. */
  readonly atImport?: true;
}

/** A weakness as of a position of the log, as the scan that counts for the scope saw it, with its status. */
export interface KnownFinding {
  readonly recorded: RecordedFinding;
  readonly sightings: Sightings;
  readonly status: FindingStatus;
  /** Absent: the finding is open, as it was found. */
  readonly decision?: Decision;
}

/** A scan, and whether a copy of its run counts in its place. */
export interface KnownScan {
  readonly scan: ScopedScan;
  readonly isSuperseded: boolean;
}

/** The day (UTC) of an instant. Instants are RFC 3339 in UTC, so it is their first ten characters. */
export const dayOf = (instant: string): string => instant.slice(0, 10);

/** The number of redactions in all these texts, as a member that is absent if there are none. */
export function redactionsOf(texts: Iterable<string | undefined>): { readonly redactions?: number } {
  let redactions = 0;
  for (const text of texts) redactions += text === undefined ? 0 : redactionsIn(text);
  return redactions === 0 ? {} : { redactions };
}

/** Leaves out the summary, which snapshots do not contain, but counts its redactions. */
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
    ...(event.timeNotStated && { timeNotStated: event.timeNotStated }),
    probe,
    detector,
    refs,
    unresolvedTags,
    // Events recorded before the contract allowed null have the hash of the empty text, which is evidence of nothing.
    evidenceExcerptSha256: evidence.excerpt === '' ? null : evidence.excerptSha256,
    ...(evidence.excerpt === '' ? {} : { evidenceExcerpt: evidence.excerpt }),
    hits: evidence.hits,
    evaluations: evidence.evaluations,
    ...(evidence.score === undefined ? {} : { score: evidence.score }),
    ...(event.target !== undefined && { target: event.target }),
    ...redactionsOf([
      ...[title, event.summary, severityOriginal, probe, detector, event.target, evidence.excerpt],
      ...refs.map(({ native }) => native),
      ...unresolvedTags,
    ]),
  };
}

/** The decision in a file that closes a finding, attributed to `importedBy` if the file names no author. Undefined: the file leaves it open. */
export function decisionInFile(
  { status, disposition, discoveredAt, timeNotStated }: FindingRecorded,
  importedBy: string,
): Decision | undefined {
  if (status === 'open' || status === 'triaged') return undefined;
  const { kind, by, justification = CLOSED_IN_FILE, place } = disposition ?? {};
  const reason = place === undefined ? justification : `${justification} (${place})`.slice(0, REASON_CHARS_MAX);
  return {
    at: discoveredAt,
    by: by === undefined ? importedBy : `file:${by}`,
    reason,
    ...(kind !== undefined && { kind }),
    ...(timeNotStated && { atImport: timeNotStated }),
  };
}

/** The scan with the other files of its run: copies, which are counted in it, and files that are counted separately. */
export function withSameRun(scan: ScopedScan, others: readonly SameRun[]): ScopedScan {
  if (others.length === 0) return scan;
  const sorted = [...others].sort((a, b) => (a.scanId < b.scanId ? -1 : 1));
  return { ...scan, sameRun: sorted.slice(0, SAME_RUN_MAX) };
}

/** The run of scans that were recorded before importers recorded how it ended. */
const RUN_NOT_STATED: RunState = { outcome: 'not_stated', problems: [] };

/** Null: unknown. Older events have the time of the import instead. */
const startOf = ({ startedAt, importedAt }: ScanRecorded): string | null =>
  startedAt === importedAt ? null : startedAt;

/** The day on which a scan counts. If its time is unknown, the last day on which it can have run. */
export const dayOfScan = ({ startedAt, importedAt }: Pick<ScopedScan, 'startedAt' | 'importedAt'>): string =>
  dayOf(startedAt ?? importedAt ?? '');

/**
 * Leaves out who imported the file and when, because the same file imported later or by somebody else is the same evidence. The time of the
 * import stays if the scan's own time is unknown.
 */
export function recordedScan(event: ScanRecorded): ScopedScan {
  const { scanId, endpointId, tool, format, sourceSha256, importedAt } = event;
  const { attempts, evaluated, evaluations, run = RUN_NOT_STATED, probes, counts, discrepancies } = event;
  const { copy, targets = [], suite, zoneNotStated } = event;
  const startedAt = startOf(event);
  return {
    id: scanId,
    endpointId,
    tool,
    format,
    sourceSha256,
    startedAt,
    ...(startedAt === null && { importedAt }),
    ...(zoneNotStated && { zoneNotStated }),
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
    ...redactionsOf([
      ...[tool.name, tool.version, copy?.runId, ...run.problems],
      ...targets.flatMap(({ name, provider, model, modelVersion }) => [name, provider, model, modelVersion]),
      ...probes.flatMap(({ probe, detector, refs, unresolvedTags }) => [
        ...[probe, detector, ...unresolvedTags],
        ...refs.map(({ native }) => native),
      ]),
      ...discrepancies.map(({ subject }) => subject),
    ]),
  };
}
