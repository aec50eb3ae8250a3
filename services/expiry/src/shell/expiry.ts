import type { ArtifactStore } from '@evidence/artifacts';
import { type ReportEvent, streamOf } from '@evidence/contracts';
import { type Decider, foldOf, type Message } from '@evidence/decider';
import type { EventStore } from '@evidence/event-store';
import { type Cause, decideOnReport, type ReportLife } from '@evidence/report';
import { type TenantEvent, tenantPolicy } from '@evidence/retention';
import type { Logger } from '@evidence/runtime';
import { dueAtOf, type Watch } from '../core/due.js';
import type { DutyKind } from '../core/duty.js';
import { type ExpireReport, expireReport } from '../core/expire-report.js';
import { type GiveUpReport, giveUpReport } from '../core/give-up-report.js';
import type { Duties, OwedDuty } from '../ports.js';

/** Of each kind and round, so that a backlog after days off does not hold up the drain. */
const DUTIES_PER_ROUND = 50;
const KINDS: readonly DutyKind[] = ['give_up', 'expire', 'prune'];

export interface ExpiryParts {
  readonly store: EventStore;
  readonly artifacts: ArtifactStore;
  readonly duties: Duties;
  readonly watch: Watch;
  readonly now: () => Date;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** Fulfils duties. Each may be asked for at any time and any number of times: what is done, or not due, is left alone. */
export class Expiry {
  constructor(private readonly parts: ExpiryParts) {}

  /** Of the earliest duty, in milliseconds since 1970. */
  nextDueAt(): number | undefined {
    const { duties, watch } = this.parts;
    const dueAts = KINDS.flatMap((kind) => duties.oldest(kind, 1)).map((duty) => dueAtOf(duty, watch));
    return dueAts.length === 0 ? undefined : Math.min(...dueAts);
  }

  /** One round of what is due. One that fails does not hold up the others; throws `AggregateError` when any did. */
  async work(): Promise<void> {
    const { duties, watch, now } = this.parts;
    const nowMs = now().getTime();
    const failures: unknown[] = [];
    for (const duty of KINDS.flatMap((kind) => duties.oldest(kind, DUTIES_PER_ROUND))) {
      if (dueAtOf(duty, watch) > nowMs) continue;
      await this.#fulfil(duty).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} duties failed and will be tried again.`);
  }

  /** The cause is the event `ReportReady`. Appends `ReportExpired` if the report is due and no hold stands. */
  async expire(cause: Cause): Promise<void> {
    const { reportId, tenant } = cause;
    const held = await this.#isHeld(cause);
    const expiredAt = this.parts.now().toISOString();
    const command: ExpireReport = { type: 'ExpireReport', data: { reportId, tenant, expiredAt, held } };
    await this.#decide(expireReport, command, cause);
  }

  /** The cause is the event `ReportRequested`. Appends `ReportFailed` if the report is not finished past its deadline. */
  async giveUp(cause: Cause): Promise<void> {
    const { reportId } = cause;
    const now = this.parts.now().toISOString();
    const command: GiveUpReport = { type: 'GiveUpReport', data: { reportId, now, ...this.parts.watch } };
    await this.#decide(giveUpReport, command, cause);
  }

  /**
   * Removes what an expired report alone has stored. A hold that was placed while the report expired keeps the bytes: it is
   * read last of all, straight from the log.
   */
  async prune({ reportId, tenant }: Pick<Cause, 'reportId' | 'tenant'>): Promise<void> {
    const { artifacts, duties, logger } = this.parts;
    if (await this.#isHeld({ reportId, tenant })) return;
    const blobs = duties.blobsOfOnly(reportId);
    for (const sha256 of blobs) await artifacts.remove(tenant, sha256);
    duties.pruned(reportId);
    logger.info({ reportId, tenant, blobs: blobs.length }, 'pruned');
  }

  #fulfil({ kind, reportId, tenant, causeId }: OwedDuty): Promise<void> {
    const cause = { reportId, tenant, eventId: causeId };
    switch (kind) {
      case 'give_up':
        return this.giveUp(cause);
      case 'expire':
        return this.expire(cause);
      case 'prune':
        return this.prune(cause);
    }
  }

  async #isHeld({ reportId, tenant }: Pick<Cause, 'reportId' | 'tenant'>): Promise<boolean> {
    const past: TenantEvent[] = [];
    for await (const { type, data } of this.parts.store.readStream(streamOf.tenant(tenant))) {
      past.push({ type, data } as TenantEvent);
    }
    return foldOf(tenantPolicy, past).holds.has(reportId);
  }

  async #decide<Command extends Message>(
    decider: Decider<Command, ReportLife, ReportEvent>,
    command: Command,
    cause: Cause,
  ): Promise<void> {
    const { store, now, logger } = this.parts;
    const { events } = await decideOnReport({ store, actor: 'service:expiry', now }, decider, command, cause);
    const { reportId, tenant } = cause;
    for (const { type } of events) logger.info({ reportId, tenant, type }, 'appended');
  }
}
