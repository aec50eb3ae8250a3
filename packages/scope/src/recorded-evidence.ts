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

/** The contracts' limits. */
const REASON_CHARS_MAX = 1000;
const SAME_RUN_MAX = 1000;

/** What a snapshot says of a weakness as one scan saw it. Its status may change, its tool its scan knows, and others may have seen it. */
export type RecordedFinding = Omit<ScopedFinding, 'status' | 'tool' | keyof Sightings>;

/** What the scans that saw a weakness, or looked for it, say together. */
type Sightings = Pick<ScopedFinding, 'firstSeenAt' | 'lastSeenAt' | 'observations' | 'undated' | 'notSeenSince'>;

/** Who gave a finding its present status: the last `FindingStatusChanged`, or the file that closed it. */
export interface Decision {
  readonly at: string;
  readonly by: string;
  readonly reason?: string;
  /** How the file closed it; absent when it was decided here. */
  readonly kind?: string;
  /** Nobody says when the scan ran whose file closed it: `at` is when that was imported. */
  readonly atImport?: true;
}

/** A weakness as of a point of the log, as the scan that counts for the scope saw it, and what became of it. */
export interface KnownFinding {
  readonly recorded: RecordedFinding;
  readonly sightings: Sightings;
  readonly status: FindingStatus;
  /** Absent: it is open, as it was found. */
  readonly decision?: Decision;
}

/** A scan, and whether a copy of its run that has all that it has counts in its place. */
export interface KnownScan {
  readonly scan: ScopedScan;
  readonly isSuperseded: boolean;
}

/** The day, in UTC, of an instant: instants are RFC 3339 in UTC, so their first ten characters are it. */
export const dayOf = (instant: string): string => instant.slice(0, 10);

/** How many redactions all these texts have together, as a member that is absent when there are none. */
export function redactionsOf(texts: Iterable<string | undefined>): { readonly redactions?: number } {
  let redactions = 0;
  for (const text of texts) redactions += text === undefined ? 0 : redactionsIn(text);
  return redactions === 0 ? {} : { redactions };
}

/** Leaves out the summary, which no snapshot carries; its redactions count. */
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
    // Events recorded before the contract had null here carry the hash of the empty text, which is evidence of nothing.
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

/** Of a finding that the file itself closed; attributed to `importedBy` if the file names no author. Undefined: the file leaves it open. */
export function decisionInFile(
  { status, disposition, discoveredAt, timeNotStated }: FindingRecorded,
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
    ...(timeNotStated && { atImport: timeNotStated }),
  };
}

/** The scan with the other files of its run: copies, which are counted in it, and files that are counted separately. */
export function withSameRun(scan: ScopedScan, others: readonly SameRun[]): ScopedScan {
  if (others.length === 0) return scan;
  const sorted = [...others].sort((a, b) => (a.scanId < b.scanId ? -1 : 1));
  return { ...scan, sameRun: sorted.slice(0, SAME_RUN_MAX) };
}

/** As of scans that were recorded before an importer kept how the run ended. */
const RUN_NOT_STATED: RunState = { outcome: 'not_stated', problems: [] };

/** Null: unknown. Events recorded before null was kept have the import's instant instead. */
const startOf = ({ startedAt, importedAt }: ScanRecorded): string | null =>
  startedAt === importedAt ? null : startedAt;

/** The day on which it counts. If its time is unknown, the last day on which it can have run. */
export const dayOfScan = ({ startedAt, importedAt }: Pick<ScopedScan, 'startedAt' | 'importedAt'>): string =>
  dayOf(startedAt ?? importedAt ?? '');

/**
 * Leaves out by whom the file was imported, and when, unless nobody says when it ran: an import later, or after another one, is the same
 * evidence.
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
