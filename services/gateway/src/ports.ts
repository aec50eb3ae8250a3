import type {
  ApiCallAudited,
  FindingStatus,
  PackTemplate,
  ReportFormat,
  ReportStatus,
  Severity,
} from '@evidence/contracts';
import type { KnownToken } from './core/authenticate.js';
import type { FindingHistory, FindingRecord } from './core/finding-record.js';
import type { ReportRecord } from './core/report-record.js';

/** One page of a list: at most `limit` rows behind the row at `after`, a place that the same view has given. */
export interface PageRequest {
  readonly limit: number;
  readonly after?: string | undefined;
}

export interface PageOf<Row> {
  readonly rows: readonly Row[];
  /** Where the next page goes on; undefined: there is none. */
  readonly next: string | undefined;
}

export interface ReportFilter {
  readonly status?: ReportStatus | undefined;
  readonly format?: ReportFormat | undefined;
  /** Calendar dates in UTC of the request, both inclusive. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The reports, as far as the log was followed. A tenant sees its own only. */
export interface ReportsView {
  find(tenant: string, reportId: string): ReportRecord | undefined;
  /** The layout that the request brought along, which the record leaves out. */
  template(tenant: string, reportId: string): PackTemplate | undefined;
  /** Newest first, in the order of the log: what is asked for during a walk comes before its first page, so a walk neither skips nor repeats. */
  list(tenant: string, filter: ReportFilter, page: PageRequest): PageOf<ReportRecord>;
  /** The last few reports that became ready, of whatever tenant: for how long reports take. */
  recentlyReady(): readonly ReportRecord[];
  /** How many there are, of all tenants. */
  countByStatus(): Readonly<Record<string, number>>;
  /** True after the report's next event has been taken in; false once `signal` aborts. */
  changed(reportId: string, signal: AbortSignal): Promise<boolean>;
}

export interface FindingFilter {
  readonly severity?: Severity | undefined;
  readonly status?: FindingStatus | undefined;
  /** Of a scan that saw it. */
  readonly scanId?: string | undefined;
  readonly endpointId?: string | undefined;
}

/** The findings, as far as the log was followed. A tenant sees its own only. */
export interface FindingsView {
  find(tenant: string, findingId: string): FindingRecord | undefined;
  /** Of a finding that was found. */
  history(findingId: string): FindingHistory;
  /** Newest discovery first; findings of one instant by id. */
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

/** Who called, as far as the log was followed. A tenant sees its own only. */
export interface AuditView {
  /** Newest first, in the order of the log. */
  list(tenant: string, filter: AuditFilter, page: PageRequest): PageOf<ApiCallAudited>;
}

export interface TokensView {
  /** By the SHA-256 of the token, lower-case hex. Revoked ones too. */
  find(sha256: string): KnownToken | undefined;
}

/** Somebody else whose tokens are taken as bearer tokens. */
export interface TokenIssuer {
  /** The token, when it is one of theirs, for us, and good or expired. Throws `unavailable` when its keys cannot be had. */
  find(jwt: string, now: Date): Promise<KnownToken | undefined>;
}

/** The rest of the system, as far as it must be there for a report to be made. */
export interface Bus {
  /** The names of what is missing: `nats`, or the services that do not listen. Rejects when NATS does not answer. */
  missing(): Promise<readonly string[]>;
  /** Rejects, or takes long, when NATS does not answer. */
  ping(): Promise<void>;
  /** Messages that wait or are in hand, by consuming service. Rejects when NATS does not answer. */
  queueDepth(): Promise<Readonly<Record<string, number>>>;
  /** The instant of our oldest event that is not yet published; undefined: all are. Rejects while that is not known. */
  oldestUnpublished(): Promise<string | undefined>;
}

export interface Cell {
  readonly text: string;
  readonly revision: number;
}

/** Short texts that all gateway processes share, by key (a tenant's slug). Methods reject when the cells cannot be reached in time. */
export interface SharedCells {
  read(key: string): Promise<Cell | undefined>;
  /** Answers the new revision; undefined: the cell is not, or no longer, at `revision` (0: it is empty), and stays as it is. */
  write(key: string, text: string, revision: number): Promise<number | undefined>;
}
