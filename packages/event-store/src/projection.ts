import type { DatabaseSync } from 'node:sqlite';
import { withDeadline } from './deadline.js';
import { EventStoreError } from './errors.js';
import type { Delivery, EventStore, Filter, Position, RecordedEvent } from './port.js';
import type { ViewFile } from './view-file.js';

/** One transaction applies at most this many deliveries, so that a rebuild lets queries run in between. */
const DELIVERIES_PER_TRANSACTION_MAX = 1_000;
/** A view that is only told how far the log has come writes that down this seldom: a restart looks through so much of it again. */
const POSITIONS_PER_CHECKPOINT = 1_000n;
/** How long a view that somebody waits for may say nothing before the log is asked what is left for it. */
const QUIET_MS = 100;

export interface ProjectionOptions {
  readonly store: EventStore;
  /** Without it, every event is applied. */
  readonly filter?: Filter;
  readonly view: ViewFile;
  /**
   * Writes what the event means into the tables. Runs inside the transaction that moves the checkpoint: no other effect
   * belongs here.
   */
  readonly apply: (event: RecordedEvent, db: DatabaseSync) => void;
  /** Ends the projection, as `stop` does. */
  readonly signal?: AbortSignal;
}

export interface Projection {
  /** Everything up to here is in the view. */
  position(): Position | undefined;
  /**
   * Resolves once every event up to `position` (an append's answer) is in the view. Rejects `unavailable` after
   * `timeoutMs`, and when the projection has ended.
   */
  reached(position: Position, timeoutMs: number): Promise<void>;
  /** Resolves when the view has first seen the end of the log; rejects when the projection ends before. */
  readonly caughtUp: Promise<void>;
  /**
   * Resolves with the cause when `apply`, the disk or the log's contents made the projection end. A stopped one never
   * resolves.
   */
  readonly failed: Promise<unknown>;
  /** Ends it; what was delivered is applied first. */
  stop(): Promise<void>;
}

/**
 * Keeps a view up to date with the log, from its checkpoint on. All deliveries of one turn of the event loop are one
 * transaction. An event that cannot be applied ends the projection with its batch undone: a view that skipped one would
 * be wrong for ever.
 */
export function startProjection(options: ProjectionOptions): Projection {
  return new RunningProjection(options);
}

class RunningProjection implements Projection {
  readonly caughtUp: Promise<void>;
  readonly failed: Promise<unknown>;
  readonly #options: ProjectionOptions;
  readonly #stopping = new AbortController();
  readonly #caughtUp = Promise.withResolvers<void>();
  readonly #failed = Promise.withResolvers<unknown>();
  readonly #running: Promise<void>;
  readonly #awaited = new Set<{ readonly position: Position; readonly arrive: () => void }>();
  #batch: Delivery[] = [];
  #position: Position | undefined;
  #savedPosition: Position | undefined;
  #fault: { readonly cause: unknown } | undefined;
  #ended = false;

  constructor(options: ProjectionOptions) {
    this.#options = options;
    this.#position = options.view.checkpoint();
    this.#savedPosition = this.#position;
    this.caughtUp = this.#caughtUp.promise;
    this.failed = this.#failed.promise;
    // Whoever does not wait for it must not be ended by it.
    this.caughtUp.catch(() => undefined);
    this.#running = this.#run()
      .catch((cause) => this.#fail(cause))
      .finally(() => this.#end());
  }

  position(): Position | undefined {
    return this.#position;
  }

  async reached(position: Position, timeoutMs: number): Promise<void> {
    const waiting = { over: false };
    try {
      await withDeadline(this.#reach(position, waiting), timeoutMs, `The view's way to position ${position}`);
    } finally {
      waiting.over = true;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { store, filter, signal } = this.#options;
    const after = this.#position;
    const stopping = AbortSignal.any([this.#stopping.signal, ...(signal ? [signal] : [])]);
    let checked = false;
    for await (const delivery of store.subscribe({
      ...(after !== undefined && { after }),
      ...(filter && { filter }),
      signal: stopping,
    })) {
      if (!checked) await this.#checkLogHas(after);
      checked = true;
      this.#take(delivery);
    }
    this.#applyBatch();
    if (this.#position !== undefined && this.#position !== this.#savedPosition) this.#save(this.#position, []);
  }

  /**
   * A view ahead of the log was made from another log, or the log lost its end: nobody may go on as if nothing had
   * happened.
   */
  async #checkLogHas(checkpoint: Position | undefined): Promise<void> {
    const head = (await this.#options.store.head()) ?? 0n;
    if (checkpoint === undefined || checkpoint <= head) return;
    throw new Error(
      `The view is at position ${checkpoint}, the log ends at ${head}: restore the log, or delete the view's file to rebuild it.`,
    );
  }

  #take(delivery: Delivery): void {
    this.#batch.push(delivery);
    if (this.#batch.length >= DELIVERIES_PER_TRANSACTION_MAX) this.#applyBatch();
    else if (this.#batch.length === 1) setImmediate(() => this.#applyBatchOrFail());
  }

  #applyBatchOrFail(): void {
    try {
      this.#applyBatch();
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #applyBatch(): void {
    const batch = this.#batch;
    this.#batch = [];
    if (this.#fault) return;
    const position = batch.map(positionOf).findLast((at) => at !== undefined);
    if (position !== undefined) {
      const events = batch.flatMap((delivery) => (delivery.kind === 'event' ? delivery.event : []));
      const isFar = position - (this.#savedPosition ?? 0n) >= POSITIONS_PER_CHECKPOINT;
      if (events.length > 0 || isFar) this.#save(position, events);
      this.#position = position;
      this.#announceChange();
    }
    if (batch.some(({ kind }) => kind === 'caught_up')) this.#caughtUp.resolve();
  }

  #save(position: Position, events: readonly RecordedEvent[]): void {
    const { view, apply } = this.#options;
    view.transaction(position, (db) => {
      for (const event of events) apply(event, db);
    });
    this.#savedPosition = position;
  }

  /**
   * The filter hides events from the view, so the log may have grown past `position` without a word. `store-server`
   * says so at once by a checkpoint; KurrentDB only after a number of hidden events. So a view that is quiet asks
   * whether anything is left for it.
   */
  async #reach(position: Position, waiting: { readonly over: boolean }): Promise<void> {
    while (!waiting.over && !this.#isAt(position)) {
      if (this.#ended) {
        throw new EventStoreError(
          'unavailable',
          'The view is not kept up to date any more; restart the service.',
          {},
          this.#fault,
        );
      }
      const before = this.#position;
      await this.#arrivalAt(position);
      if (this.#position === before && (await this.#nothingLeftUpTo(position))) return;
    }
  }

  /** Resolves when the view is at `position` or has ended, and after `QUIET_MS` at the latest: who waits is woken once, not by every change. */
  #arrivalAt(position: Position): Promise<void> {
    return new Promise((resolve) => {
      const arrive = () => {
        clearTimeout(timer);
        this.#awaited.delete(awaited);
        resolve();
      };
      const timer = setTimeout(arrive, QUIET_MS);
      const awaited = { position, arrive };
      this.#awaited.add(awaited);
    });
  }

  #isAt(position: Position): boolean {
    return this.#position !== undefined && this.#position >= position;
  }

  /** The head is asked first: a node that lags behind does not know yet what is left. */
  async #nothingLeftUpTo(position: Position): Promise<boolean> {
    const { store, filter } = this.#options;
    const from = this.#position;
    if (((await store.head()) ?? 0n) < position) return false;
    const rest = store.readAll({ ...(from !== undefined && { from }), ...(filter && { filter }), limit: 1 });
    for await (const next of rest) return next.position > position;
    return true;
  }

  #fail(cause: unknown): void {
    this.#fault ??= { cause };
    this.#stopping.abort();
  }

  #end(): void {
    this.#ended = true;
    if (this.#fault) this.#failed.resolve(this.#fault.cause);
    this.#caughtUp.reject(
      new EventStoreError('unavailable', 'The view ended before it saw the end of the log.', {}, this.#fault),
    );
    this.#announceChange();
  }

  #announceChange(): void {
    for (const { position, arrive } of [...this.#awaited]) if (this.#ended || this.#isAt(position)) arrive();
  }
}

function positionOf(delivery: Delivery): Position | undefined {
  if (delivery.kind === 'event') return delivery.event.position;
  return delivery.kind === 'checkpoint' ? delivery.position : undefined;
}
