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
import type { LongList } from './long-list.js';

/** A problem that did not stop the import. */
export interface ImportWarning {
  /** A slug. For a skipped row, the reason under which it is counted. */
  readonly code: string;
  readonly message: string;
  readonly line?: number;
}

/** A finding in the terms that all formats share. Its text is cleaned; its excerpt is redacted. */
export interface ParsedFinding {
  /**
   * What makes it the same weakness in another scan of the endpoint by the same tool: the parts by which the tool tells its findings apart,
   * independent of run, file and order. 1 to 15 parts; a part of more than 512 characters is replaced by its SHA-256. Rows with the same
   * identity are one weakness, seen several times.
   */
  readonly identity: readonly string[];
  /** The tool that found it, in a file of several tools. */
  readonly tool?: string;
  readonly title: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly severityOriginal: string;
  readonly status: FindingStatus;
  /** RFC 3339 in UTC. Absent: the time of the scan. */
  readonly discoveredAt?: string;
  /** Why the file closes it, if it does. */
  readonly disposition?: FileDisposition;
  /** The name of the target that failed; absent if the scan has at most one target. */
  readonly target?: string;
  readonly probe: string;
  readonly detector: string;
  readonly refs: DirectRef[];
  readonly unresolvedTags: string[];
  readonly excerpt: string;
  /** Failed evaluations; a lower bound if `evaluations` is null. */
  readonly hits: number;
  /** Null: unknown. */
  readonly evaluations: number | null;
  /** The share of evaluations that passed, as the tool states it. */
  readonly score?: number;
}

export type ParsedFindings = LongList<ParsedFinding>;

/** The run of a file that does not say how it ended. */
export const RUN_NOT_STATED: RunState = { outcome: 'not_stated', problems: [] };
/** Can be read again. */
export interface PassedTests extends AsyncIterable<Pick<ParsedFinding, 'identity' | 'tool'>>, AsyncDisposable {}

/** The contents of a file. */
export interface ParsedScan {
  readonly tool: Tool;
  /** RFC 3339 in UTC; undefined when the file does not say. */
  readonly startedAt: string | undefined;
  /** The file states `startedAt` without a zone, and it was read as UTC. */
  readonly zoneNotStated?: true;
  readonly run: RunState;
  /** Absent: the file has no run id, so its copies cannot be recognised by it. */
  readonly copy?: RunCopy;
  /** The digest of its rows (`RowDigest`), by which a copy that does not name its run is recognised. Absent: every file of the format names its run. */
  readonly rowsSha256?: string | undefined;
  /** What was tested, according to the file. Absent: the file does not say. */
  readonly targets?: readonly TestTarget[];
  readonly attempts: number;
  readonly probes: readonly ProbeResult[];
  readonly findings: ParsedFindings;
  /**
   * Tests that had a verdict and passed: the weaknesses with these identities are gone. Absent: if all evaluations of a probe and a
   * detector passed, everything that they found before is gone.
   */
  readonly passed?: PassedTests;
  /** Rows that did not become findings, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly discrepancies: readonly Discrepancy[];
  readonly warnings: readonly ImportWarning[];
  /** Members of its rows that are not read; absent for formats whose rows have many that nobody needs. */
  readonly unreadMembers?: readonly UnreadMember[];
}

/** The bytes of a file, read once. */
export interface ScanSource extends AsyncIterable<Uint8Array> {
  /** The first bytes. Reading the source yields them again. */
  head(): Promise<Uint8Array>;
}

/** Facts that the file lacks and the caller of the import states. */
export interface Told {
  /** When an Inspect AI score passes: `judge=C`. Only for importers with `readsPassRule`. */
  readonly passWhen?: string | undefined;
}

/**
 * Reads a file of one format. Throws `ImportRefusal`: `not_this_format`, `too_many_results`, `malformed`, `line_too_long`, or a code of
 * `ImportRefusalCode` about the options or the packing of the file. Before it throws, it disposes of everything that it opened.
 */
export type ScanParser = (source: ScanSource, frameworks: Frameworks, told: Told) => Promise<ParsedScan>;
