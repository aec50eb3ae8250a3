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

/** The reports, as far as the log was followed. A tenant sees its own only. */
export interface ReportsView {
  find(tenant: string, reportId: string): ReportRecord | undefined;
  /** Where in the log the first event of the report is that cannot be read, if it belongs to the tenant or its tenant is unknown. */
  unreadableAt(tenant: string, reportId: string): Position | undefined;
  /** The layout that the request brought along, which the record leaves out. */
  template(tenant: string, reportId: string): PackTemplate | undefined;
  /** Newest first, in the order of the log: what is asked for during a walk comes before its first page, so a walk neither skips nor repeats. */
  list(tenant: string, filter: ReportFilter, page: PageRequest): PageOf<ReportRecord>;
  /** The last few reports that became ready, of whatever tenant: for how long reports take. */
  recentlyReady(): readonly ReportRecord[];
  /** The last few reports of the lane that were started and became ready or failed, of whatever tenant: for how many the system makes. */
  recentlyFinished(lane: Lane): readonly ReportRecord[];
  /** How many are queued or running. */
  underWay(tenant: string, lane: Lane): UnderWay;
  /** How many there are, of all tenants. */
  countByStatus(): Readonly<Record<string, number>>;
  /** For how long the tenant keeps its reports at least. */
  retentionFloor(tenant: string): RetentionFloor | undefined;
  /** What the reports of the tenant store, until they expire. What two reports share is counted twice. */
  storedBytes(tenant: string): number;
  /** When the next of the tenant's ready reports has been promised to expire (RFC 3339). */
  nextExpiry(tenant: string): string | undefined;
  /** The tenant's own, if an operator has set any. */
  quotas(tenant: string): OwnQuotas | undefined;
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
  /** Sightings of weaknesses that scans of the tenant recorded, also those that an import which was cut off has still to record. */
  recorded(tenant: string): number;
  /** Whether the scan is counted in it. */
  isCounted(tenant: string, scanId: string): boolean;
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
  /** The names of what is missing: `nats`, `relay`, or the services that do not listen. Rejects if NATS does not respond. */
  missing(): Promise<readonly string[]>;
  /** What is to be heard of our relay, one sentence each, by name. */
  warnings(): Readonly<Record<string, string>>;
  /** Rejects, or takes long, if NATS does not respond. */
  ping(): Promise<void>;
  /** Messages that wait or are in hand, by consuming service. Rejects if NATS does not respond. */
  queueDepth(): Promise<Readonly<Record<string, number>>>;
  /** The instant of our oldest event that is not yet published; undefined: all are. Rejects while that is not known. */
  oldestUnpublished(): Promise<string | undefined>;
  /** Has the renderer look at the files of a ready report again, and make those that are gone. Does nothing while there is no bus. */
  askForFiles(reportId: string): Promise<void>;
}

export interface SharedCell {
  readonly text: string;
  readonly revision: number;
}

/** Short texts that all gateway processes share, by key (a tenant's slug). Methods reject when the cells cannot be reached in time. */
export interface SharedCells {
  read(key: string): Promise<SharedCell | undefined>;
  /** Returns the new revision. Undefined: the cell is not, or no longer, at `revision` (0: it is empty), and stays as it is. */
  write(key: string, text: string, revision: number): Promise<number | undefined>;
}
