import { setTimeout as delay } from 'node:timers/promises';
import { type EventOf, envelop, streamOf } from '@evidence/contracts';
import { derivedEventId, type EventStore, EventStoreError } from '@evidence/event-store';
import type { Logger } from '@evidence/runtime';
import { unavailable } from '../core/problem.js';

/** Calls that are under way or not yet on record. About 10 MB; at 100 calls/s the store may be away for more than a minute. */
const CALLS_MAX = 10_000;
/** How long a call may wait for others, so that a busy gateway makes 10 appends a second and not one per call. */
const LINGER_MS = 100;
/** Of one append; the store takes 5,000. */
const BATCH_MAX = 500;
const RETRY_AFTER_MS = 1_000;
/** At the end; what is not appended by then goes to the log. */
const DRAIN_TIMEOUT_MS = 2_000;

type AuditedCall = EventOf<'ApiCallAudited'>;

export interface AuditTrailParts {
  readonly store: Pick<EventStore, 'append'>;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  /** Default `CALLS_MAX`. */
  readonly callsMax?: number;
}

/**
 * Puts calls on record in their tenant's stream `audit-<tenant>`, in batches and behind the callers' backs. While the store is away they
 * wait, and when as many wait as may, no further call is taken: what cannot be put on record is not answered. A process that is killed
 * loses what it has not appended: at most the calls of `LINGER_MS` and of one append, while the store is there.
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

  /** Takes a call; what is answered puts it on record. To be called once, whatever becomes of the call. Throws `unavailable` when full. */
  begin(): (finished: AuditedCall) => void {
    if (this.#underWay + this.#waiting.length >= this.#callsMax) {
      throw unavailable('Calls cannot be put on record now, so none is taken; try again.');
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

  /** Resolves when all calls so far are on record, or in the log. To be called when no more are coming. */
  async drain(): Promise<void> {
    this.#draining.abort();
    const inTime = new AbortController();
    const late = delay(DRAIN_TIMEOUT_MS, undefined, { signal: inTime.signal }).catch(() => undefined);
    await Promise.race([this.#appending, late]);
    inTime.abort();
    this.#giveUp('the store does not answer');
  }

  async #appendWaiting(): Promise<void> {
    await this.#pause(LINGER_MS);
    while (this.#waiting.length > 0) {
      const [{ data: first } = { data: undefined }] = this.#waiting;
      const batch = this.#waiting.filter(({ data }) => data.tenant === first?.tenant).slice(0, BATCH_MAX);
      if (await this.#append(batch)) this.#forget(batch);
    }
  }

  /** Answers whether the batch is done with: on record, or in the log because it never can be. */
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
      this.parts.logger.warn({ err: error, calls: this.#waiting.length }, 'calls wait to be put on record');
      await this.#pause(RETRY_AFTER_MS);
      return false;
    }
  }

  /** The last resort is the log: one line for each call, with all that the record would have held. */
  #giveUp(reason: unknown, calls: readonly AuditedCall[] = this.#waiting): void {
    for (const { data } of calls) this.parts.logger.error({ err: reason, call: data }, 'a call is not on record');
    this.#forget(calls);
  }

  #forget(calls: readonly AuditedCall[]): void {
    const done = new Set(calls);
    this.#waiting = this.#waiting.filter((call) => !done.has(call));
  }

  /** Ends at once when the drain begins. */
  #pause(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.#draining.signal }).catch(() => undefined);
  }
}

function enveloped(call: AuditedCall) {
  const { callId, tenant, calledAt: occurredAt, actor, resourceId } = call.data;
  const provenance = { tenant, correlationId: resourceId ?? callId, causationId: callId, occurredAt, actor };
  // Derived from the call: an append that is tried again adds nothing.
  return envelop(derivedEventId(callId, call.type), call, provenance);
}
