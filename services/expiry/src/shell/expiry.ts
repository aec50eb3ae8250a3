import type { ArtifactStore } from '@evidence/artifacts';
import type { Hint } from '@evidence/bus';
import { type ReportEvent, streamOf } from '@evidence/contracts';
import { foldOf } from '@evidence/decider';
import type { Executed } from '@evidence/event-store';
import { type EventLog, historyOf } from '@evidence/event-store/log';
import type { ReportLife } from '@evidence/report';
import { type Cause, decideOnReport, failOnReport, type ReportWriter } from '@evidence/report/stage';
import { floorOf, type RetentionFloor, tenantPolicy } from '@evidence/retention';
import { type Logger, remember } from '@evidence/runtime';
import { activeTrace, inSpan } from '@evidence/runtime/trace';
import { type ExpireReport, expireReport, type GiveUpReport, giveUpReport } from '../core/decider.js';
import { dueAtOf } from '../core/due.js';
import type { DutyKind } from '../core/duty.js';
import type { Duties, OwedDuty } from '../ports.js';
import type { ClockState } from './log-clock.js';

/** Limit per kind and round, so that a backlog after days of downtime does not delay the drain: a round takes a second or two. */
const DUTIES_PER_ROUND = 500;
/** Duties handled at once. They share one read of their tenant's holds and one flush to the disk; with more, that read would be too old. */
const AT_ONCE = 32;
const KINDS: readonly DutyKind[] = ['give_up', 'expire', 'prune'];
/** A failed duty is skipped for a while, longer each time, so that failing ones never delay the others. */
const RETRY_FIRST_MS = 5_000;
const RETRY_MAX_MS = 5 * 60_000;
/** Beyond this many, those that failed first are retried at once. */
const FAILED_MAX = 10_000;

export interface ExpiryParts {
  readonly store: EventLog;
  readonly artifacts: ArtifactStore;
  readonly duties: Duties;
  /** Ticks the log's clock and returns its state, once the view of duties has that tick. */
  readonly tick: () => Promise<ClockState>;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** How long a tenant's reports are kept, according to its current policy. */
interface TenantSaying {
  readonly holds: ReadonlySet<string>;
  readonly floor: RetentionFloor | undefined;
}

interface Postponed {
  readonly retryAtMs: number;
  readonly delayMs: number;
}

type ReadTenant = (tenant: string) => Promise<TenantSaying>;

/** Fulfils duties. Each may be run at any time and any number of times: a duty that is done, or not due, does nothing. */
export class Expiry {
  readonly #failed = new Map<string, Postponed>();
  #suspect: ClockState['suspect'];

  constructor(private readonly parts: ExpiryParts) {}

  /** Why nothing is pruned now; undefined: the clock is trusted. */
  get suspect(): ClockState['suspect'] {
    return this.#suspect;
  }

  /** When the next duty is due, in milliseconds since 1970. */
  nextDueAt(): number | undefined {
    const { duties } = this.parts;
    const dueAts = this.#kinds()
      .flatMap((kind) => duties.next(kind, 1, [...this.#failed.keys()]))
      .map((duty) => this.#dueAt(duty));
    const retryAts = [...this.#failed.values()].map(({ retryAtMs }) => retryAtMs);
    const earliest = [...dueAts, ...retryAts].reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
    return earliest === Number.POSITIVE_INFINITY ? undefined : earliest;
  }

  #dueAt(duty: OwedDuty): number {
    return dueAtOf(duty, duty.kind === 'give_up' ? this.parts.duties.outagesSince(duty.sinceMs) : []);
  }

  /** Nothing is deleted while the clock may be wrong. */
  #kinds(): readonly DutyKind[] {
    return this.#suspect ? ['give_up'] : KINDS;
  }

  /** One round of due duties. A failing duty does not delay the others, now or later; throws `AggregateError` when any failed. */
  async work(): Promise<void> {
    const { duties, now } = this.parts;
    await this.#tick();
    const nowMs = now().getTime();
    // Longer than was decided: the clock was set back in the meantime.
    const waits = ({ retryAtMs, delayMs }: Postponed): boolean => retryAtMs > nowMs && retryAtMs - nowMs <= delayMs;
    const skipped = [...this.#failed].filter(([, postponed]) => waits(postponed)).map(([reportId]) => reportId);
    const failures: unknown[] = [];
    const due = this.#kinds()
      .flatMap((kind) => duties.next(kind, DUTIES_PER_ROUND, skipped))
      .filter((duty) => this.#dueAt(duty) <= nowMs);
    for (let from = 0; from < due.length; from += AT_ONCE) {
      const saying = this.#readingTenants();
      const fulfil = (duty: OwedDuty): Promise<void> =>
        this.#fulfil(duty, saying).then(
          () => void this.#failed.delete(duty.reportId),
          (error: unknown) => {
            this.#postpone(duty.reportId, nowMs);
            failures.push(error);
          },
        );
      await Promise.all(due.slice(from, from + AT_ONCE).map(fulfil));
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} duties failed and will be retried.`);
  }

  async #tick(): Promise<void> {
    const { suspect } = await this.parts.tick();
    if (suspect && !this.#suspect)
      this.parts.logger.warn(
        { ...suspect },
        'the clock jumped, so nothing is expired or pruned: check the time, then run `evidence expiry confirm`',
      );
    this.#suspect = suspect;
  }

  #postpone(reportId: string, nowMs: number): void {
    const before = this.#failed.get(reportId)?.delayMs;
    const delayMs = before === undefined ? RETRY_FIRST_MS : Math.min(before * 2, RETRY_MAX_MS);
    remember(this.#failed, reportId, { retryAtMs: nowMs + delayMs, delayMs }, FAILED_MAX);
  }

  /**
   * Whether the message says that the report's retention ends later, so that the clock will expire it. The clock relies on the log, so a false claim
   * changes nothing.
   */
  isLater({ claims }: Pick<Hint, 'claims'>): boolean {
    const { expiresAt } = (claims ?? {}) as { readonly expiresAt?: unknown };
    return typeof expiresAt === 'string' && Date.parse(expiresAt) > this.parts.now().getTime();
  }

  /**
   * The cause is the event `ReportReady`. Appends `ReportExpired` if the report is due and not held. Nothing of a tenant expires while one of its
   * events cannot be read, because that may be a hold.
   */
  async expire(cause: Cause, saying = this.#readingTenants()): Promise<void> {
    const { reportId, tenant } = cause;
    if (this.parts.duties.isStopped(tenant)) return;
    const { holds, floor } = await saying(tenant);
    const expiredAt = this.parts.now().toISOString();
    const facts = { reportId, tenant, expiredAt, held: holds.has(reportId), ...(floor && { floor }) };
    const command: ExpireReport = { type: 'ExpireReport', data: facts };
    this.#tell(await decideOnReport(this.#writer, expireReport, command, cause), cause);
  }

  /**
   * The cause is the event `ReportRequested`. Appends `ReportFailed` if the report is not finished past its deadline, also if some of its
   * events cannot be read.
   */
  async giveUp(cause: Cause, countedFromMs: number): Promise<void> {
    const { reportId } = cause;
    const now = this.parts.now().toISOString();
    const command: GiveUpReport = {
      type: 'GiveUpReport',
      data: { reportId, now, countedFromMs, outages: this.parts.duties.outagesSince(0) },
    };
    this.#tell(await failOnReport(this.#writer, giveUpReport, command, cause), cause);
  }

  /**
   * Removes what only this expired report has stored. A hold that was placed while the report expired keeps the bytes: holds are read last, straight
   * from the log. Nothing is removed while an event of the tenant cannot be read.
   */
  async prune(
    { reportId, tenant }: Pick<Cause, 'reportId' | 'tenant'>,
    saying = this.#readingTenants(),
  ): Promise<void> {
    const { artifacts, duties, logger } = this.parts;
    if (duties.isStopped(tenant) || (await saying(tenant)).holds.has(reportId)) return;
    const blobs = duties.blobsOfOnly(reportId);
    for (const sha256 of blobs) await artifacts.remove(tenant, sha256);
    duties.pruned(reportId);
    logger.info({ reportId, tenant, blobs: blobs.length }, 'pruned');
  }

  #fulfil({ kind, reportId, tenant, sinceMs, causeId }: OwedDuty, saying: ReadTenant): Promise<void> {
    const attributes = { 'evidence.report.id': reportId, 'evidence.tenant': tenant };
    // A trace of its own, because days may pass between a duty and its cause.
    return inSpan(`${kind.replace('_', ' ')} report`, { attributes }, () => {
      const cause = { reportId, tenant, eventId: causeId, ...activeTrace() };
      switch (kind) {
        case 'give_up':
          return this.giveUp(cause, sinceMs);
        case 'expire':
          return this.expire(cause, saying);
        case 'prune':
          return this.prune(cause, saying);
      }
    });
  }

  /** Reads each requested tenant's stream once, straight from the log. */
  #readingTenants(): ReadTenant {
    const readings = new Map<string, Promise<TenantSaying>>();
    return (tenant) => {
      const reading = readings.get(tenant) ?? this.#readTenant(tenant);
      readings.set(tenant, reading);
      return reading;
    };
  }

  async #readTenant(tenant: string): Promise<TenantSaying> {
    const past = await Array.fromAsync(historyOf(this.parts.store, 'tenant', streamOf.tenant(tenant)));
    return { holds: foldOf(tenantPolicy, past).holds, floor: floorOf(past) };
  }

  get #writer(): ReportWriter {
    const { store, now } = this.parts;
    return { store, actor: 'service:expiry', now };
  }

  #tell({ events }: Executed<ReportLife, ReportEvent>, { reportId, tenant }: Cause): void {
    for (const { type } of events) this.parts.logger.info({ reportId, tenant, type }, 'appended');
  }
}
