import { type Report, type ReportAccepted, type ReportPage, type ReportRequested, streamOf } from '@evidence/contracts';
import type { Projection } from '@evidence/event-store/view';
import type { Frameworks } from '@evidence/frameworks';
import { type Caller, requireTokenScope } from '../../core/access/authenticate.js';
import { acceptBody, acceptQuery, acceptTemplate } from '../../core/call/accept.js';
import { actorOf, type Call } from '../../core/call/call.js';
import { requireOrder } from '../../core/call/days.js';
import { nextCursorOf, pageRequestOf } from '../../core/call/page.js';
import { historyUnreadable, Problem } from '../../core/call/problem.js';
import { incompleteOf, rebuilding } from '../../core/call/rebuilding.js';
import type { Seal } from '../../core/call/seal.js';
import { sentences } from '../../core/call/sentences.js';
import { requestReport } from '../../core/decider.js';
import { finishedPerSecond, requireRoom } from '../../core/reports/queue-bound.js';
import { REPORT_ID_BYTES, reportIdOf } from '../../core/reports/report-id.js';
import { type ReportRecord, reportOf, requestBodyOf, stageOf } from '../../core/reports/report-record.js';
import { reportScopeOf } from '../../core/reports/report-scope.js';
import { requestedFrameworks } from '../../core/reports/requested-frameworks.js';
import { retryAfterS } from '../../core/reports/retry-after.js';
import { systemProfileOf } from '../../core/reports/system-profile.js';
import type { ReportsView } from '../../ports.js';
import type { IdempotencyKeys } from '../call/idempotency-keys.js';
import type { Room } from '../call/room.js';
import { untilReadable, type Writer } from '../call/writer.js';
import type { HeardProgress } from './heard-progress.js';

export interface ReportsParts {
  readonly view: ReportsView;
  readonly projection: Projection;
  readonly writer: Writer;
  readonly keys: IdempotencyKeys;
  readonly room: Pick<Room, 'requireForReport'>;
  readonly heard: Pick<HeardProgress, 'percentOf'>;
  readonly frameworks: Frameworks;
  readonly seal: Seal;
  /** The URL of the reports for clients, without a slash at its end. */
  readonly reportsUrl: string;
  /** The page on which people read a finding, with `{id}` in place of its id. */
  readonly findingUrlTemplate: string;
  /** Whether tenants may send their own template for a PDF. */
  readonly packTemplates: 'on' | 'off';
  /** How long a report may take from its request. */
  readonly deadlineSeconds: number;
  readonly now: () => Date;
  readonly randomBytes: (sizeBytes: number) => Uint8Array;
}

/** The use cases of reports: request, look up, list. */
export class Reports {
  constructor(private readonly parts: ReportsParts) {}

  /** The path of a report. Not a URL, because clients send the bearer token again only to the host that they called. */
  pathOf(reportId: string): string {
    return `${new URL(this.parts.reportsUrl).pathname}/${reportId}`;
  }

  /**
   * Records the request, once for each idempotency key. Throws `Problem` if the rules refuse it; then nothing was appended.
   */
  async request(call: Call, body: unknown, key?: string): Promise<ReportAccepted> {
    const data = this.#requestOf(call, body);
    if (key === undefined) return this.record(call, data);
    const { reportId, requestedAt } = data;
    return this.parts.keys.once({ call, key, body, reportId, at: requestedAt }, (claimed) =>
      this.record(call, { ...data, reportId: claimed.reportId, requestedAt: claimed.claimedAt }),
    );
  }

  /** The current state of the report and, while it is in progress, the seconds after which to poll again. */
  look(caller: Caller, reportId: string): { readonly report: Report; readonly retryAfterS: number | undefined } {
    const { view, now } = this.parts;
    const record = this.find(caller, reportId);
    const stage = stageOf(record);
    const since = record.reachedAt[stage];
    const underWay = stage !== 'finished' && since !== undefined;
    return {
      report: {
        ...this.#shown(record),
        request: requestBodyOf(record, view.template(caller.tenant, reportId)),
      },
      retryAfterS: underWay ? retryAfterS({ stage, since }, view.recentlyReady(), now()) : undefined,
    };
  }

  /** Seconds after which to look at a new report for the first time. */
  firstLookAfterS(): number {
    const now = this.parts.now();
    return retryAfterS({ stage: 'queued', since: now.toISOString() }, this.parts.view.recentlyReady(), now);
  }

  list({ tenant }: Caller, query: Readonly<Record<string, unknown>>): ReportPage {
    const { view, seal } = this.parts;
    const { limit, cursor, ...filter } = acceptQuery('ListReports.v1', query);
    requireOrder('invalid_request', 'from', filter.from, filter.to);
    const owner = { list: 'reports', tenant } as const;
    const page = view.list(tenant, filter, pageRequestOf({ limit, cursor }, owner, seal));
    return {
      data: page.rows.map((record) => this.#shown(record)),
      ...incompleteOf(this.parts.projection.behind()),
      next_cursor: nextCursorOf(page, owner, seal),
    };
  }

  /**
   * Throws `report_not_found`, both for another tenant's report and for one that never existed; `history_unreadable` if its request cannot be read;
   * and `rebuilding` while the view may not have reached it.
   */
  find({ tenant }: Caller, reportId: string): ReportRecord {
    const { view } = this.parts;
    const record = view.find(tenant, reportId);
    if (record) return record;
    const position = view.unreadableAt(tenant, reportId);
    if (position !== undefined) throw historyUnreadable(position);
    const behind = this.parts.projection.behind();
    if (behind) throw rebuilding('reports', behind, 'this report');
    throw new Problem('report_not_found', sentences.noSuchReport);
  }

  /**
   * Records a report. One that is already recorded stays unchanged, and the response is the same. Throws `queue_full` or `unavailable` when a new one
   * might miss its deadline, and what `Room` throws if there is no room for it.
   */
  async record(call: Call, data: ReportRequested): Promise<ReportAccepted> {
    const { writer, projection, view } = this.parts;
    const { reportId, tenant, format, requestedAt } = data;
    using _ = view.find(tenant, reportId) ? undefined : await this.#requireRoom(data);
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

  /** The id, time and requester of a new report, and how long it may take. */
  identity(call: Call): Pick<ReportRequested, 'reportId' | 'requestedAt' | 'requestedBy' | 'deadlineSeconds'> {
    const { now, randomBytes, deadlineSeconds } = this.parts;
    const at = now();
    return {
      reportId: reportIdOf(at.getUTCFullYear(), randomBytes(REPORT_ID_BYTES)),
      requestedAt: at.toISOString(),
      requestedBy: actorOf(call),
      deadlineSeconds,
    };
  }

  async #requireRoom({ reportId, tenant, template, deadlineSeconds }: ReportRequested): Promise<Disposable> {
    const { view, room } = this.parts;
    const lane = template ? 'template' : 'standard';
    const perSecond = finishedPerSecond(view.recentlyFinished(lane), lane);
    requireRoom(view.underWay(tenant, lane), perSecond, deadlineSeconds, lane);
    return room.requireForReport(tenant, reportId, perSecond);
  }

  #shown(record: ReportRecord): Report {
    const { view, heard, reportsUrl } = this.parts;
    const { request } = record.life;
    const percent = heard.percentOf(request, stageOf(record));
    return reportOf(record, { reportsUrl, percent, floor: view.retentionFloor(request.tenant) });
  }

  #requestOf(call: Call, body: unknown): ReportRequested {
    const { frameworks, findingUrlTemplate, packTemplates } = this.parts;
    const asked = acceptBody('CreateReport.v1', body);
    const { title, format, mapping = 'derived', strength = 'primary', system } = asked;
    const template = acceptTemplate(asked, packTemplates !== 'off');
    if (asked.include_evidence) requireTokenScope(call.caller, 'findings:read');
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
