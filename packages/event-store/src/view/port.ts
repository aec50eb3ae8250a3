import type { DatabaseSync } from 'node:sqlite';
import type { OtherLogError } from '../mark.js';
import type { EventStore, Filter, Position, RecordedEvent, UnreadableEvent } from '../port.js';
import type { ViewFile } from './view-file.js';

export interface ProjectionOptions<Event extends RecordedEvent> {
  /** The view's name, shown in traces. */
  readonly name?: string;
  readonly store: EventStore<Event>;
  /** Without it, every event is applied. */
  readonly filter?: Filter;
  /**
   * Types in the filter whose events are not in the view, but which its readers wait for: they only move its position. Without them, readers would
   * wait until a checkpoint reports the events that the filter hides.
   */
  readonly awaitedTypes?: readonly string[];
  /**
   * How long the view may lag. Default: 0, each event is received at once, unless so many arrive that the view falls behind. Otherwise the log is read
   * at such intervals, and whenever a reader waits for a position.
   */
  readonly lagMs?: number;
  /** Events of these types may wait for others, to share their transaction, for `ms` at most, and not while somebody waits for them (`reached`). */
  readonly patient?: { readonly types: readonly string[]; readonly ms: number };
  readonly view: ViewFile;
  /**
   * Applies the event to the tables. Runs inside the transaction that moves the checkpoint, so it must have no other effects.
   */
  readonly apply: (event: Event, db: DatabaseSync) => void;
  /** Called at the end of that transaction, so that a view can write once what several events change. */
  readonly beforeCommit?: () => void;
  /** Marks in the tables that an event could not be read, so that no reader takes them for complete. The event is already in quarantine. */
  readonly applyUnreadable?: (event: UnreadableEvent, db: DatabaseSync) => void;
  /** Called when the view is rebuilt because the log does not contain what the view was built from. */
  readonly onOtherLog?: (error: OtherLogError) => void;
  /** Ends the projection, as `stop` does. */
  readonly signal?: AbortSignal;
}

export interface Projection {
  /** Everything up to here is in the view. */
  position(): Position | undefined;
  /** The progress of a view that has not reached the end of the log since it was opened; undefined: it has. */
  behind(): Behind | undefined;
  /**
   * Resolves once every event up to `position` (as an append returns it) is in the view. Rejects `unavailable` after `timeoutMs`, and when the
   * projection has ended.
   */
  reached(position: Position, timeoutMs: number): Promise<void>;
  /** Stays set once the view had to be rebuilt because the log did not contain what it was built from. */
  otherLog(): OtherLogError | undefined;
  /** Resolves when the view first reaches the end of the log; rejects when the projection ends before that. */
  readonly caughtUp: Promise<void>;
  /**
   * Resolves with the cause when `apply`, the disk or the log's contents made the projection end. A stopped one never
   * resolves.
   */
  readonly failed: Promise<unknown>;
  /** Ends the projection, after applying what was delivered. */
  stop(): Promise<void>;
}

export interface Behind {
  /** Percentage of the log, as it was when the view was opened, that has been read: 0 to 99. */
  readonly percent: number;
  /** The view was empty: it may know that something began, but not yet how it ended. */
  readonly isFromNothing: boolean;
}
