import type {
  DirectRef,
  Discrepancy,
  FindingStatus,
  ProbeResult,
  RunState,
  Severity,
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
  /** What tells it apart from the other findings of the scan. */
  readonly key: readonly string[];
  readonly title: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly severityOriginal: string;
  readonly status: FindingStatus;
  /** RFC 3339 in UTC; absent: when the scan ran. */
  readonly discoveredAt?: string;
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

/** What a file says. */
export interface ParsedScan {
  readonly tool: Tool;
  /** RFC 3339 in UTC; undefined when the file does not say. */
  readonly startedAt: string | undefined;
  readonly run: RunState;
  readonly attempts: number;
  readonly probes: readonly ProbeResult[];
  readonly findings: ParsedFindings;
  /** Rows that could have been findings and are none, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly discrepancies: readonly Discrepancy[];
  readonly warnings: readonly ImportWarning[];
  /** Members of its rows that are not read; absent for formats that have more than anybody wants. */
  readonly unreadMembers?: readonly UnreadMember[];
}

/**
 * Reads a file of one format. Throws `ImportRefusal`: `not_this_format`, `too_many_results`, `malformed`, `line_too_long`; then it has
 * disposed of what it had opened.
 */
export type ScanParser = (source: AsyncIterable<Uint8Array>, frameworks: Frameworks) => Promise<ParsedScan>;
