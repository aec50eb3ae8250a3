import { type Report, type ReportAccepted, type ReportPage, type ReportRequested, streamOf } from '@evidence/contracts';
import type { Projection } from '@evidence/event-store';
import type { Frameworks } from '@evidence/frameworks';
import { acceptBody, acceptQuery, acceptTemplate } from '../core/accept.js';
import { type Caller, requireScope } from '../core/authenticate.js';
import { cursorAt, placeOf } from '../core/cursor.js';
import { idempotencyKeyIn } from '../core/idempotency-key.js';
import { Problem } from '../core/problem.js';
import { REPORT_ID_BYTES, reportIdOf } from '../core/report-id.js';
import { type ReportRecord, reportOf, requestBodyOf, stageOf } from '../core/report-record.js';
import { reportScopeOf, requireOrder } from '../core/report-scope.js';
import { requestReport } from '../core/request-report.js';
import { requestedFrameworks } from '../core/requested-frameworks.js';
import { retryAfterS } from '../core/retry-after.js';
import type { Seal } from '../core/seal.js';
import { systemProfileOf } from '../core/system-profile.js';
import type { ReportsView } from '../ports.js';
import type { Call } from './http/route.js';
import type { IdempotencyKeys } from './idempotency-keys.js';
import { actorOf, untilReadable, type Writer } from './writer.js';

export const PAGE_LIMIT_DEFAULT = 20;

export interface ReportsParts {
  readonly view: ReportsView;
  readonly projection: Projection;
  readonly writer: Writer;
  readonly keys: IdempotencyKeys;
  readonly frameworks: Frameworks;
  readonly seal: Seal;
  /** Where clients find reports, without a slash at its end. */
  readonly reportsUrl: string;
  /** Where people read a finding, with `{id}` in place of its id. */
  readonly findingUrlTemplate: string;
  readonly now: () => Date;
  readonly randomBytes: (sizeBytes: number) => Uint8Array;
}

/** Asking for reports and looking at them. */
export class Reports {
  constructor(private readonly parts: ReportsParts) {}

  /** Where a report is: a path, not a URL, for clients repeat the bearer token only to the host that they called. */
  pathOf(reportId: string): string {
    return `${new URL(this.parts.reportsUrl).pathname}/${reportId}`;
  }

  /**
   * Puts the request on record, once for each `Idempotency-Key` header. Throws `Problem` for what the rules refuse; then nothing was
   * appended.
   */
  async request(call: Call, body: unknown, keyHeader?: string): Promise<ReportAccepted> {
    const key = idempotencyKeyIn(keyHeader);
    const data = this.#requestOf(call, body);
    if (key === undefined) return this.record(call, data);
    const { reportId, requestedAt } = data;
    return this.parts.keys.once({ call, key, body, reportId, at: requestedAt }, (claimed) =>
      this.record(call, { ...data, reportId: claimed.reportId, requestedAt: claimed.claimedAt }),
    );
  }

  /** The report as it stands, and while it is under way after how many seconds to look again. */
  look(caller: Caller, reportId: string): { readonly report: Report; readonly retryAfterS: number | undefined } {
    const { view, reportsUrl, now } = this.parts;
    const record = this.find(caller, reportId);
    const stage = stageOf(record);
    const since = record.reachedAt[stage];
    const underWay = stage !== 'finished' && since !== undefined;
    return {
      report: {
        ...reportOf(record, reportsUrl),
        request: requestBodyOf(record, view.template(caller.tenant, reportId)),
      },
      retryAfterS: underWay ? retryAfterS({ stage, since }, view.recentlyReady(), now()) : undefined,
    };
  }

  /** Seconds after which a first look at a new report is worth while. */
  firstLookAfterS(): number {
    const now = this.parts.now();
    return retryAfterS({ stage: 'queued', since: now.toISOString() }, this.parts.view.recentlyReady(), now);
  }

  list({ tenant }: Caller, query: Readonly<Record<string, unknown>>): ReportPage {
    const { view, seal, reportsUrl } = this.parts;
    const { limit = PAGE_LIMIT_DEFAULT, cursor, ...filter } = acceptQuery('ListReports', query);
    requireOrder('invalid_request', 'from', filter.from, filter.to);
    const owner = { list: 'reports', tenant } as const;
    const after = cursor === undefined ? undefined : placeOf(cursor, owner, seal);
    const { rows, next } = view.list(tenant, filter, { limit, after });
    return {
      data: rows.map((record) => reportOf(record, reportsUrl)),
      next_cursor: next === undefined ? null : cursorAt(next, owner, seal),
    };
  }

  /** Another tenant's report and one that never was are the same answer. */
  find({ tenant }: Caller, reportId: string): ReportRecord {
    const record = this.parts.view.find(tenant, reportId);
    if (record) return record;
    throw new Problem('report_not_found', 'There is no such report: see GET /api/v2/reports for those there are.');
  }

  /** A report that is on record already stays as it is, and the answer is the same. */
  async record(call: Call, data: ReportRequested): Promise<ReportAccepted> {
    const { writer, projection } = this.parts;
    const { reportId, format, requestedAt } = data;
    const { position = await writer.head() } = await writer.write({
      stream: streamOf.report(reportId),
      decider: requestReport,
      command: { type: 'RequestReport', data },
      thoughtNew: true,
      correlationId: reportId,
      call,
    });
    await untilReadable(projection, position);
    return { id: reportId, status: 'queued', format, queued_at: requestedAt };
  }

  /** What tells a new report from all others. */
  identity(call: Call): Pick<ReportRequested, 'reportId' | 'requestedAt' | 'requestedBy'> {
    const { now, randomBytes } = this.parts;
    const at = now();
    return {
      reportId: reportIdOf(at.getUTCFullYear(), randomBytes(REPORT_ID_BYTES)),
      requestedAt: at.toISOString(),
      requestedBy: actorOf(call),
    };
  }

  #requestOf(call: Call, body: unknown): ReportRequested {
    const { frameworks, findingUrlTemplate } = this.parts;
    const asked = acceptBody('CreateReport', body);
    const { title, format, mapping = 'derived', strength = 'primary', system } = asked;
    const template = acceptTemplate(asked);
    if (asked.include_evidence) requireScope(call.caller, 'findings:read');
    return {
      ...this.identity(call),
      tenant: call.caller.tenant,
      title,
      scope: reportScopeOf(asked.scope),
      frameworks: requestedFrameworks(asked.frameworks, frameworks),
      format,
      mapping,
      strength,
      ...(system && { system: systemProfileOf(system) }),
      findingUrlTemplate,
      ...(template && { template }),
      ...(asked.include_evidence && { includeEvidence: true }),
    };
  }
}
