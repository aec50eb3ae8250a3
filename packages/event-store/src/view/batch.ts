import { markOf } from '../mark.js';
import type { Delivery, Mark, Position, RecordedEvent, UnreadableEvent } from '../port.js';
import { CatchUpSpan } from './catch-up-trace.js';
import { positionOf } from './deliveries.js';
import type { ProjectionOptions } from './port.js';

type Options<Event extends RecordedEvent> = Pick<
  ProjectionOptions<Event>,
  'name' | 'view' | 'apply' | 'applyUnreadable' | 'beforeCommit'
>;
type Applicable<Event extends RecordedEvent> = Exclude<Delivery<Event>, { kind: 'caught_up' | 'checkpoint' }>;

/** Where a transaction ended. */
export interface Committed {
  /** The last delivery's position, also if its event is hidden; undefined: the deliveries had none. */
  readonly position: Position | undefined;
  /** The view's new checkpoint; undefined: no event was among the deliveries. */
  readonly mark: Mark | undefined;
  readonly deliveries: number;
  readonly isCaughtUp: boolean;
}

/** The deliveries of one transaction of a view. */
export class Batch<Event extends RecordedEvent> {
  readonly #options: Options<Event>;
  #waiting: Applicable<Event>[] = [];
  #lastApplied: Event | UnreadableEvent | undefined;
  #position: Position | undefined;
  #deliveries = 0;
  #isCaughtUp = false;
  #span: CatchUpSpan | undefined;

  constructor(options: Options<Event>) {
    this.#options = options;
  }

  get size(): number {
    return this.#deliveries;
  }

  get position(): Position | undefined {
    return this.#position;
  }

  add(delivery: Delivery<Event>): void {
    this.#deliveries += 1;
    this.#position = positionOf(delivery) ?? this.#position;
    if (delivery.kind === 'caught_up') this.#isCaughtUp = true;
    else if (delivery.kind !== 'checkpoint') this.#waiting.push(delivery);
  }

  /** Applies the events that were added, in a transaction that stays open. What `apply` throws passes through; then call `undo`. */
  apply(isCatchingUp: boolean): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    const { name, view, apply, applyUnreadable } = this.#options;
    if (isCatchingUp) this.#span ??= new CatchUpSpan(name);
    this.#span?.add(waiting);
    view.change((db) => {
      for (const delivery of waiting) {
        if (delivery.kind === 'event') {
          apply(delivery.event, db);
          continue;
        }
        view.quarantine.add(delivery.event);
        applyUnreadable?.(delivery.event, db);
      }
    });
    this.#lastApplied = waiting.at(-1)?.event;
  }

  /** Applies the rest, and ends the transaction. The next delivery begins a new batch. */
  commit(isCatchingUp: boolean): Committed {
    this.apply(isCatchingUp);
    const { view, beforeCommit } = this.#options;
    const mark = this.#lastApplied && markOf(this.#lastApplied);
    if (mark) {
      if (beforeCommit) view.change(beforeCommit);
      view.commit(mark);
    }
    const committed = { position: this.#position, mark, deliveries: this.#deliveries, isCaughtUp: this.#isCaughtUp };
    this.#span?.end();
    this.#forget();
    return committed;
  }

  /** Undoes and forgets everything since the last commit. `cause`: the error that made it necessary. */
  undo(cause?: unknown): void {
    this.#options.view.undo();
    this.#span?.end(cause);
    this.#forget();
  }

  #forget(): void {
    this.#waiting = [];
    this.#lastApplied = undefined;
    this.#position = undefined;
    this.#deliveries = 0;
    this.#isCaughtUp = false;
    this.#span = undefined;
  }
}
