import type {
  ApiCallAudited,
  FindingStatus,
  PackTemplate,
  ReportFormat,
  ReportStatus,
  Severity,
} from '@evidence/contracts';
import type { Position } from '@evidence/event-store';
import type { OwnQuotas, RetentionFloor } from '@evidence/retention';
import type { KnownToken } from './core/access/authenticate.js';
import type { PageOf, PageRequest } from './core/call/page.js';
import type { FindingHistory, FindingRecord } from './core/findings/finding-record.js';
import type { Lane, UnderWay } from './core/reports/queue-bound.js';
import type { ReportRecord } from './core/reports/report-record.js';

export interface ReportFilter {
  readonly status?: ReportStatus | undefined;
  readonly format?: ReportFormat | undefined;
  /** Calendar dates in UTC of the request, both inclusive. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The reports, as far as the log has been read. A tenant sees only its own. */
export interface ReportsView {
  find(tenant: string, reportId: string): ReportRecord | undefined;
  /** The position of the report's first unreadable event, if that belongs to the tenant or its tenant is unknown. */
  unreadableAt(tenant: string, reportId: string): Position | undefined;
  /** The template of the request, which the record leaves out. */
  template(tenant: string, reportId: string): PackTemplate | undefined;
  /**
   * Newest first, in the order of the log. Reports requested while a client pages come before its first page, so paging neither skips nor repeats
   * any.
   */
  list(tenant: string, filter: ReportFilter, page: PageRequest): PageOf<ReportRecord>;
  /** The last few reports that became ready, of all tenants. They show how long reports take. */
  recentlyReady(): readonly ReportRecord[];
  /** The last few reports of the lane that were started and became ready or failed, of all tenants. They show how many the system makes. */
  recentlyFinished(lane: Lane): readonly ReportRecord[];
  /** How many reports are queued or running. */
  underWay(tenant: string, lane: Lane): UnderWay;
  /** The number of reports of all tenants. */
  countByStatus(): Readonly<Record<string, number>>;
  /** The shortest time for which the tenant keeps its reports. */
  retentionFloor(tenant: string): RetentionFloor | undefined;
  /** The bytes that the tenant's reports store until they expire. What two reports share is counted twice. */
  storedBytes(tenant: string): number;
  /** When the next of the tenant's ready reports is due to expire (RFC 3339). */
  nextExpiry(tenant: string): string | undefined;
  /** The tenant's own quotas, if an operator has set any. */
  quotas(tenant: string): OwnQuotas | undefined;
  /** Resolves with true when the report's next event is in the view, and with false when `signal` aborts. */
  changed(reportId: string, signal: AbortSignal): Promise<boolean>;
}

export interface FindingFilter {
  readonly severity?: Severity | undefined;
  readonly status?: FindingStatus | undefined;
  /** The id of a scan that saw the finding. */
  readonly scanId?: string | undefined;
  readonly endpointId?: string | undefined;
}

/** The findings, as far as the log has been read. A tenant sees only its own. */
export interface FindingsView {
  find(tenant: string, findingId: string): FindingRecord | undefined;
  /** The history of a finding that `find` returned. */
  history(findingId: string): FindingHistory;
  /** The number of observations that the tenant's scans have recorded, including those that an interrupted import still has to record. */
  recorded(tenant: string): number;
  /** Whether `recorded` includes the scan. */
  isCounted(tenant: string, scanId: string): boolean;
  /** Newest discovery first; of those discovered at the same time, the finding that was recorded last. */
  list(tenant: string, filter: FindingFilter, page: PageRequest): PageOf<FindingRecord>;
}

export interface AuditFilter {
  /** An action, or its first segments. */
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  /** Calendar dates in UTC of the call, both inclusive. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The audited calls, as far as the log has been read. A tenant sees only its own. */
export interface AuditView {
  /** Newest first, in the order of the log. */
  list(tenant: string, filter: AuditFilter, page: PageRequest): PageOf<ApiCallAudited>;
}

export interface TokensView {
  /** Finds a token, even a revoked one, by its SHA-256 in lower-case hex. */
  find(sha256: string): KnownToken | undefined;
}

/** An external issuer whose tokens are accepted as bearer tokens. */
export interface TokenIssuer {
  /** The token, if this issuer issued it for us and it is valid or expired. Throws `unavailable` if the issuer's keys cannot be fetched. */
  find(jwt: string, now: Date): Promise<KnownToken | undefined>;
}

/** The rest of the system, as far as it is needed for a report to be made. */
export interface Bus {
  /** The names of what is missing: `nats`, `relay`, or the services that do not listen. Rejects if NATS does not respond. */
  missing(): Promise<readonly string[]>;
  /** The warnings about our relay, one sentence each, by name. */
  warnings(): Readonly<Record<string, string>>;
  /** Rejects, or takes too long, if NATS does not respond. */
  ping(): Promise<void>;
  /** The number of messages that are waiting or being handled, by consuming service. Rejects if NATS does not respond. */
  queueDepth(): Promise<Readonly<Record<string, number>>>;
  /** The instant of our oldest event that is not yet published; undefined: all are. Rejects while that is not known. */
  oldestUnpublished(): Promise<string | undefined>;
  /** Asks the renderer to check the files of a ready report, and to make missing ones again. Does nothing while the bus is unavailable. */
  askForFiles(reportId: string): Promise<void>;
}

export interface SharedCell {
  readonly text: string;
  readonly revision: number;
}

/** Short texts that all gateway processes share, by key (a tenant's slug). Methods reject when the cells cannot be reached in time. */
export interface SharedCells {
  read(key: string): Promise<SharedCell | undefined>;
  /** Returns the new revision, or undefined if the cell is not at `revision` (0: it is empty) and was left unchanged. */
  write(key: string, text: string, revision: number): Promise<number | undefined>;
}
