import { withDeadline } from '../deadline.js';
import { EventStoreError } from '../errors.js';
import { markBefore, OtherLogError } from '../mark.js';
import type { Delivery, Mark, Position, RecordedEvent } from '../port.js';
import { AwaitedPositions } from './awaited-positions.js';
import { Batch } from './batch.js';
import { checkpointAt, positionOf } from './deliveries.js';
import { Due } from './due.js';
import { Looks } from './looks.js';
import type { Behind, Projection, ProjectionOptions } from './port.js';
import { createObjectsYoung } from './young.js';

/** One transaction applies at most this many deliveries: its pages wait in memory, and a process that is killed applies them again. */
const DELIVERIES_PER_TRANSACTION_MAX = 5_000;
/**
 * How long a lagging view waits for more events, unless it has many or somebody waits for one of them. The keys of most tables are random, so a
 * transaction of 250 events writes as many pages as one of 1,000 (measured 2026-11: 50,000 findings in such transactions write half as much again).
 */
const BEHIND_LINGER_MS = 250;
/** While a view has fallen behind, it reads the log this often, or when somebody waits: with fewer looks, more events share a read and a transaction. */
const LAG_BEHIND_MS = 1_000;
/** With this many deliveries in one turn of the event loop, a view counts as lagging in the next. */
const DELIVERIES_OF_A_BURST = 50;
/** How often a view saves its position while its filter hides all events: a restart reads at most this much again. */
const POSITIONS_PER_CHECKPOINT = 1_000n;
/** How long `reached` waits for a quiet view before it asks the log whether anything is left for it. */
const QUIET_MS = 100;

/**
 * Keeps a view up to date with the log, from its checkpoint on. All deliveries of one turn of the event loop are one transaction, those of many turns
 * while the view lags. An unreadable event goes to the view's quarantine, and the projection continues. A readable event that cannot be applied is a
 * bug: it ends the projection and rolls back the batch, because a view that skipped it would be wrong forever. A view that was built from a different
 * log is emptied and rebuilt from this one.
 */
export function startProjection<Event extends RecordedEvent>(options: ProjectionOptions<Event>): Projection {
  createObjectsYoung();
  return new RunningProjection(options);
}

class RunningProjection<Event extends RecordedEvent> implements Projection {
  readonly caughtUp: Promise<void>;
  readonly failed: Promise<unknown>;
  readonly #options: ProjectionOptions<Event>;
  readonly #stopping = new AbortController();
  readonly #caughtUp = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<unknown>();
  readonly #running: Promise<void>;
  readonly #awaited = new AwaitedPositions();
  readonly #looks: Looks;
  readonly #batch: Batch<Event>;
  #isFromNothing: boolean;
  #position: Position | undefined;
  #saved: Mark | undefined;
  #isMarking = false;
  #otherLog: OtherLogError | undefined;
  #fault: { readonly cause: unknown } | undefined;
  /** Where the log ended when the projection started; undefined: not known yet. */
  #end: Position | undefined;
  #isBehind = true;
  #lingers = true;
  readonly #due = new Due(() => {
    try {
      this.#commit();
    } catch (cause) {
      this.#fail(cause);
    }
  });
  #ended = false;

  constructor(options: ProjectionOptions<Event>) {
    this.#options = options;
    this.#batch = new Batch(options);
    this.#looks = new Looks(options.lagMs || LAG_BEHIND_MS);
    this.#saved = options.view.checkpoint();
    this.#isFromNothing = this.#saved === undefined;
    this.#position = this.#saved?.position;
    this.caughtUp = this.#caughtUp.promise;
    this.failed = this.#failed.promise;
    // A rejection that nobody awaits must not end the process.
    this.caughtUp.catch(() => undefined);
    this.#running = this.#run()
      .catch((cause) => this.#fail(cause))
      .finally(() => this.#finish());
  }

  position(): Position | undefined {
    return this.#position;
  }

  behind(): Behind | undefined {
    if (!this.#isBehind) return undefined;
    const end = this.#end ?? 0n;
    const isFromNothing = this.#isFromNothing;
    if (end === 0n) return { percent: 0, isFromNothing };
    return { percent: Math.min(99, Number((100n * (this.#position ?? 0n)) / end)), isFromNothing };
  }

  otherLog(): OtherLogError | undefined {
    return this.#otherLog;
  }

  async reached(position: Position, timeoutMs: number): Promise<void> {
    const waiting = { over: false };
    try {
      await withDeadline(this.#reach(position, waiting), timeoutMs, `Updating the view up to position ${position}`);
    } finally {
      waiting.over = true;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#options;
    const stopping = AbortSignal.any([this.#stopping.signal, ...(signal ? [signal] : [])]);
    while (!stopping.aborted) {
      try {
        await this.#follow(stopping);
      } catch (error) {
        if (!(error instanceof OtherLogError)) throw error;
        this.#beginAnew(error);
      }
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { store, filter, lagMs } = this.#options;
    const after = this.#saved;
    const deliveries = store.subscribe({
      ...(after && { after }),
      ...(filter && { filter }),
      [lagMs ? 'nextLook' : 'nextLookBehind']: this.#looks.next,
      signal,
    });
    let isFirst = true;
    for await (const batch of deliveries) {
      if (isFirst) this.#end = (await store.head()) ?? 0n;
      isFirst = false;
      for (const delivery of batch) this.#take(delivery);
      if (this.#lingers && !this.#fault) this.#batch.apply(this.#isBehind);
    }
    this.#commit();
  }

  /** A view that has seen more than the log has, or a different log, would be wrong forever. Waiting deliveries come again. */
  #beginAnew(error: OtherLogError): void {
    this.#batch.undo(error);
    this.#due.cancel();
    this.#options.view.clear();
    this.#setBehind(true);
    this.#saved = undefined;
    this.#position = undefined;
    this.#isFromNothing = true;
    this.#otherLog = error;
    this.#options.onOtherLog?.(error);
  }

  #take(delivered: Delivery<Event>): void {
    const delivery = this.#isOnlyAwaited(delivered) ? checkpointAt(delivered.event.position) : delivered;
    this.#batch.add(delivery);
    const isFull = this.#batch.size >= DELIVERIES_PER_TRANSACTION_MAX;
    if (isFull || delivery.kind === 'caught_up' || this.#awaited.includes(positionOf(delivery))) this.#commit();
    else this.#due.after(this.#lingers ? BEHIND_LINGER_MS : this.#patienceMs(delivery));
  }

  #patienceMs(delivery: Delivery<Event>): number {
    const { patient } = this.#options;
    return delivery.kind === 'event' && patient?.types.includes(delivery.event.type) ? patient.ms : 0;
  }

  /** Such an event is not in the view, so it is no loss if it cannot be read. */
  #isOnlyAwaited(delivery: Delivery<Event>): delivery is Extract<Delivery<Event>, { readonly event: object }> {
    return 'event' in delivery && (this.#options.awaitedTypes?.includes(delivery.event.type) ?? false);
  }

  #commit(): void {
    this.#due.cancel();
    if (this.#fault) return;
    const { position, mark, deliveries, isCaughtUp } = this.#batch.commit(this.#isBehind);
    this.#lingers = this.#isBehind || deliveries >= DELIVERIES_OF_A_BURST;
    this.#saved = mark ?? this.#saved;
    if (position !== undefined) {
      // After a lost connection, the log is read again from the last event.
      if (this.#position === undefined || position > this.#position) this.#position = position;
      if (position - (this.#saved?.position ?? 0n) >= POSITIONS_PER_CHECKPOINT) void this.#markHidden(position);
      this.#awaited.arriveUpTo(this.#position);
    }
    if (!isCaughtUp) return;
    this.#setBehind(false);
    this.#caughtUp.resolve();
  }

  #setBehind(isBehind: boolean): void {
    this.#isBehind = isBehind;
    this.#lingers = isBehind;
  }

  /** Moves the checkpoint to the last event that the filter hides. If that cannot be saved now, those events are read again. */
  async #markHidden(position: Position): Promise<void> {
    if (this.#isMarking) return;
    this.#isMarking = true;
    const before = this.#otherLog;
    try {
      const mark = await markBefore(this.#options.store, position);
      const isNews = mark && mark.position > (this.#saved?.position ?? 0n);
      if (!isNews || this.#batch.size > 0 || this.#stopping.signal.aborted || this.#otherLog !== before) return;
      this.#options.view.commit(mark);
      this.#saved = mark;
    } catch {
      // The store is down, or the disk is full: the next event will show it.
    } finally {
      this.#isMarking = false;
    }
  }

  /**
   * The filter may hide the events up to `position`. A checkpoint reports that, but only later. So when the view is quiet, the log is asked whether
   * anything is left for it.
   */
  async #reach(position: Position, waiting: { readonly over: boolean }): Promise<void> {
    while (!waiting.over && !this.#isAt(position)) {
      if (this.#ended) {
        throw new EventStoreError(
          'unavailable',
          'The view is no longer kept up to date: restart the service.',
          {},
          this.#fault,
        );
      }
      const before = this.#position;
      const arrival = this.#awaited.arrivalAt(position, QUIET_MS);
      this.#looks.ask();
      if (this.#awaited.includes(this.#batch.position)) this.#due.after(0);
      await arrival;
      if (this.#position === before && (await this.#nothingLeftUpTo(position))) return;
    }
  }

  #isAt(position: Position): boolean {
    return this.#position !== undefined && this.#position >= position;
  }

  /** Asks for the head first, because a lagging node does not know yet what is left. */
  async #nothingLeftUpTo(position: Position): Promise<boolean> {
    const { store, filter } = this.#options;
    const from = this.#position;
    if (((await store.head()) ?? 0n) < position) return false;
    let next: Position | undefined;
    const seen = (event: { readonly position: Position }): void => {
      next ??= event.position;
    };
    const rest = store.readAll({
      ...(from !== undefined && { from }),
      ...(filter && { filter }),
      limit: 1,
      onForeign: seen,
      onUnreadable: seen,
    });
    for await (const event of rest) seen(event);
    return next === undefined || next > position;
  }

  #fail(cause: unknown): void {
    if (this.#fault) return;
    this.#fault = { cause };
    this.#stopping.abort();
    try {
      this.#batch.undo(cause);
    } catch {
      // The file is closed, or cannot be rolled back now; opening it again does that.
    }
  }

  #finish(): void {
    this.#ended = true;
    if (this.#fault) this.#failed.resolve(this.#fault.cause);
    this.#caughtUp.reject(
      new EventStoreError('unavailable', 'The view stopped before it reached the end of the log.', {}, this.#fault),
    );
    this.#awaited.arriveAll();
  }
}
