import type { DirectRef, Discrepancy, FindingStatus, ProbeResult, Severity, Tool } from '@evidence/contracts';
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
  readonly hits: number;
  readonly evaluations: number;
}

/** The findings of a file, which may be too many for the memory. Can be read again. */
export interface ParsedFindings extends AsyncIterable<ParsedFinding>, AsyncDisposable {
  readonly length: number;
}

/** What a file says. */
export interface ParsedScan {
  readonly tool: Tool;
  /** RFC 3339 in UTC; undefined when the file does not say. */
  readonly startedAt: string | undefined;
  readonly attempts: number;
  readonly probes: readonly ProbeResult[];
  readonly findings: ParsedFindings;
  /** Rows that could have been findings and are none, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly discrepancies: readonly Discrepancy[];
  readonly warnings: readonly ImportWarning[];
}

/**
 * Reads a file of one format. Throws `ImportRefusal`: `not_this_format`, `too_many_results`, `malformed`, `line_too_long`; then it has
 * disposed of what it had opened.
 */
export type ScanParser = (source: AsyncIterable<Uint8Array>, frameworks: Frameworks) => Promise<ParsedScan>;
