import type {
  DirectRef,
  Discrepancy,
  FileDisposition,
  FindingStatus,
  ProbeResult,
  RunCopy,
  RunState,
  Severity,
  TestTarget,
  Tool,
  UnreadMember,
} from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';

/** Something that did not stop the import and that somebody should know. */
export interface ImportWarning {
  /** A slug; for a skipped row the reason under which it is counted. */
  readonly code: string;
  readonly message: string;
  readonly line?: number;
}

/** A finding in the terms that all formats share. Text is clean, the excerpt redacted. */
export interface ParsedFinding {
  /**
   * What makes it the same weakness in another scan of the endpoint by the same tool: what the tool tells its findings apart by, whatever
   * run, file or order they are in. 1 to 15 parts; one of more than 512 characters is replaced by its SHA-256. Rows with one identity are
   * one weakness, seen several times.
   */
  readonly identity: readonly string[];
  /** Whose finding it is, in a file of several tools. */
  readonly tool?: string;
  readonly title: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly severityOriginal: string;
  readonly status: FindingStatus;
  /** RFC 3339 in UTC; absent: when the scan ran. */
  readonly discoveredAt?: string;
  /** Why the file closes it, when it does. */
  readonly disposition?: FileDisposition;
  /** Which of the scan's targets failed, by its name; absent when it has one or none. */
  readonly target?: string;
  readonly probe: string;
  readonly detector: string;
  readonly refs: DirectRef[];
  readonly unresolvedTags: string[];
  readonly excerpt: string;
  /** Failed evaluations; at least so many when `evaluations` is null. */
  readonly hits: number;
  /** Null: unknown. */
  readonly evaluations: number | null;
  /** The share that passed, as the tool states it. */
  readonly score?: number;
}

/** The findings of a file, which may be too many for the memory. Can be read again. */
export interface ParsedFindings extends AsyncIterable<ParsedFinding>, AsyncDisposable {
  readonly length: number;
}

/** The run of a file that does not say how it ended. */
export const RUN_NOT_STATED: RunState = { outcome: 'not_stated', problems: [] };
/** Can be read again. */
export interface PassedTests extends AsyncIterable<Pick<ParsedFinding, 'identity' | 'tool'>>, AsyncDisposable {}

/** What a file says. */
export interface ParsedScan {
  readonly tool: Tool;
  /** RFC 3339 in UTC; undefined when the file does not say. */
  readonly startedAt: string | undefined;
  /** The file states that time without a zone, and it was read as UTC. */
  readonly zoneNotStated?: true;
  readonly run: RunState;
  /** Absent: the file has no id of its run, and copies of it cannot be told. */
  readonly copy?: RunCopy;
  /** Of its rows (`RowDigest`): by it a copy that does not name its run is recognised. Absent: every file of the format names it. */
  readonly rowsSha256?: string | undefined;
  /** What the file says of what it tested. Absent: nothing. */
  readonly targets?: readonly TestTarget[];
  readonly attempts: number;
  readonly probes: readonly ProbeResult[];
  readonly findings: ParsedFindings;
  /**
   * What was tested with a verdict and passed: the weaknesses of these identities are gone. Absent: a probe and a detector whose
   * evaluations all passed show that for everything they found before.
   */
  readonly passed?: PassedTests;
  /** Rows that could have been findings and are none, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly discrepancies: readonly Discrepancy[];
  readonly warnings: readonly ImportWarning[];
  /** Members of its rows that are not read; absent for formats that have more than anybody wants. */
  readonly unreadMembers?: readonly UnreadMember[];
}

/** The bytes of a file, read once. */
export interface ScanSource extends AsyncIterable<Uint8Array> {
  /** The first of them; they are read again with the rest. */
  head(): Promise<Uint8Array>;
}

/** What a file does not say, and who imports it knows. */
export interface Told {
  /** When a score of Inspect AI passes: `judge=C`. Only for importers that read it (`readsPassRule`). */
  readonly passWhen?: string | undefined;
}

/**
 * Reads a file of one format. Throws `ImportRefusal`: `not_this_format`, `too_many_results`, `malformed`, `line_too_long`, and for
 * what it was told or how the file is packed what `ImportRefusalCode` has; then it has
 * disposed of what it had opened.
 */
export type ScanParser = (source: ScanSource, frameworks: Frameworks, told: Told) => Promise<ParsedScan>;
