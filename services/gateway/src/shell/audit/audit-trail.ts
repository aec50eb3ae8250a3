import { setTimeout as delay } from 'node:timers/promises';
import { type EventOf, envelop, streamOf } from '@evidence/contracts';
import { derivedEventId, EventStoreError } from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import type { Logger } from '@evidence/runtime';
import { unavailable } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';

/** Calls in progress or not yet appended. About 10 MB; at 100 calls/s the store may be unavailable for more than a minute. */
const CALLS_MAX = 10_000;
/** How long a call may wait for others, so that a busy gateway makes 10 appends a second and not one per call. */
const LINGER_MS = 100;
/** Calls per append; the store accepts 5,000. */
const BATCH_MAX = 500;
const RETRY_AFTER_MS = 1_000;
/** The time limit at the end. Calls that are not appended by then are written to the service's log. */
const DRAIN_TIMEOUT_MS = 2_000;

type AuditedCall = EventOf<'ApiCallAudited'>;

export interface AuditTrailParts {
  readonly store: Pick<EventLog, 'append'>;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  /** Default `CALLS_MAX`. */
  readonly callsMax?: number;
}

/**
 * Appends calls to their tenant's stream `audit-<tenant>`, in batches and in the background. While the store is unavailable they wait, and when
 * the maximum number is waiting, further calls are refused, because a call that cannot be audited must not be served. A process that is killed
 * loses what it has not appended: while the store is available, at most the calls of `LINGER_MS` and of one append.
 */
export class AuditTrail {
  readonly #draining = new AbortController();
  readonly #callsMax: number;
  #underWay = 0;
  #waiting: AuditedCall[] = [];
  #appending: Promise<void> | undefined;

  constructor(private readonly parts: AuditTrailParts) {
    this.#callsMax = parts.callsMax ?? CALLS_MAX;
  }

  /** Accepts a call and returns the function that audits it, to be called exactly once, however the call ends. Throws `unavailable` when full. */
  begin(): (finished: AuditedCall) => void {
    if (this.#underWay + this.#waiting.length >= this.#callsMax) {
      throw unavailable(sentences.auditUnavailable);
    }
    this.#underWay += 1;
    return (finished) => {
      this.#underWay -= 1;
      this.#waiting.push(finished);
      this.#appending ??= this.#appendWaiting().finally(() => {
        this.#appending = undefined;
      });
    };
  }

  /** Resolves when all calls so far are appended, or written to the service's log. To be called when no more are coming. */
  async drain(): Promise<void> {
    this.#draining.abort();
    const inTime = new AbortController();
    const late = delay(DRAIN_TIMEOUT_MS, undefined, { signal: inTime.signal }).catch(() => undefined);
    await Promise.race([this.#appending, late]);
    inTime.abort();
    this.#giveUp('the store does not respond');
  }

  async #appendWaiting(): Promise<void> {
    await this.#pause(LINGER_MS);
    while (this.#waiting.length > 0) {
      const [{ data: first } = { data: undefined }] = this.#waiting;
      const batch = this.#waiting.filter(({ data }) => data.tenant === first?.tenant).slice(0, BATCH_MAX);
      if (await this.#append(batch)) this.#forget(batch);
    }
  }

  /** Returns whether the batch is done: appended, or written to the service's log because it never can be. */
  async #append(batch: readonly AuditedCall[]): Promise<boolean> {
    const [{ data: first } = { data: undefined }] = batch;
    if (first === undefined) return true;
    try {
      await this.parts.store.append(streamOf.audit(first.tenant), 'any', batch.map(enveloped));
      return true;
    } catch (error) {
      const isAway = error instanceof EventStoreError && error.code === 'unavailable';
      if (!isAway || this.#draining.signal.aborted) {
        this.#giveUp(error, batch);
        return true;
      }
      this.parts.logger.warn(
        { err: error, calls: this.#waiting.length },
        'calls are waiting to be recorded in the audit log',
      );
      await this.#pause(RETRY_AFTER_MS);
      return false;
    }
  }

  /** The last resort is the service's log: one line per call, with everything that the event would have contained. */
  #giveUp(reason: unknown, calls: readonly AuditedCall[] = this.#waiting): void {
    for (const { data } of calls)
      this.parts.logger.error({ err: reason, call: data }, 'a call was not recorded in the audit log');
    this.#forget(calls);
  }

  #forget(calls: readonly AuditedCall[]): void {
    const done = new Set(calls);
    this.#waiting = this.#waiting.filter((call) => !done.has(call));
  }

  /** Ends early when the drain begins. */
  #pause(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.#draining.signal }).catch(() => undefined);
  }
}

function enveloped(call: AuditedCall) {
  const { callId, tenant, calledAt: occurredAt, actor, resourceId } = call.data;
  const provenance = { tenant, correlationId: resourceId ?? callId, causationId: callId, occurredAt, actor };
  // The id is derived from the call, so a repeated append adds nothing.
  return envelop(derivedEventId(callId, call.type), call, provenance);
}
