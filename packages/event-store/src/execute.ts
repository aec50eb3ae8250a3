import { type Decider, foldOf, type Message } from '@evidence/decider';
import { isLostRace } from './errors.js';
import type { EventStore, ExpectedRevision, Position, ReadTolerance } from './port.js';

/** How often a command is decided before giving up, for now, on a stream that others keep writing. */
const ATTEMPTS_MAX = 3;

export interface Execution<Command extends Message, State, Event extends Message> {
  readonly store: EventStore;
  readonly stream: string;
  readonly decider: Decider<Command, State, Event>;
  readonly command: Command;
  /**
   * The stream is expected to be empty, and the command to produce events on an empty one, so the first attempt skips the read. If the stream is
   * not empty after all, it is read and decided as usual.
   */
  readonly thoughtNew?: boolean;
  /** What was just read from the stream: the first attempt skips the read, as with `thoughtNew`. */
  readonly past?: Past<Event> | undefined;
  /** Returns the id and metadata of the event at `index`. Derive the id from the cause (`derivedEventId`), so that a retry is recognised. */
  readonly describe: (event: Event, index: number) => { readonly id: string; readonly metadata: object };
  /**
   * If given, the decision is based on the readable events, and the others are reported here. Only for a decider that ends something that cannot
   * continue: otherwise one unreadable event would prevent that end from ever being written.
   */
  readonly onUnreadable?: ReadTolerance['onUnreadable'];
}

/**
 * What was decided and appended; `state` is the state after it. Without events nothing was appended, and there is no
 * position.
 */
export interface Executed<State, Event> {
  readonly events: readonly Event[];
  readonly state: State;
  readonly position?: Position;
  /** The stream after the append, for a decision that follows at once. */
  readonly past?: Past<Event>;
}

/**
 * Reads the stream, decides, and appends at the revision that was read. After a lost race it decides again on what the winner wrote; after three lost
 * races it throws `wrong_expected_revision`, which is worth a later retry. A `Refusal` of the decider passes through.
 */
export async function execute<Command extends Message, State, Event extends Message>(
  execution: Execution<Command, State, Event>,
): Promise<Executed<State, Event>> {
  const { store, stream, decider, command, thoughtNew = false, describe, onUnreadable } = execution;
  const known = thoughtNew ? nothing<Event>() : execution.past;
  for (let attempt = known ? 0 : 1; ; attempt++) {
    const { past, revision } = known && attempt === 0 ? known : await readPast<Event>(store, stream, onUnreadable);
    const state = foldOf(decider, past);
    const events = decider.decide(command, state);
    if (events.length === 0) return { events, state };
    const proposed = events.map((event, index) => ({ ...describe(event, index), type: event.type, data: event.data }));
    try {
      const appended = await store.append(stream, revision, proposed);
      return {
        events,
        state: foldOf({ initialState: state, evolve: (past, event) => decider.evolve(past, event) }, events),
        position: appended.position,
        past: { past: [...past, ...events], revision: appended.revision },
      };
    } catch (error) {
      if (!isLostRace(error) || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/** The events of a stream, oldest first, and the revision that an append based on them must expect. */
export interface Past<Event> {
  readonly past: readonly Event[];
  readonly revision: ExpectedRevision;
}

const nothing = <Event>(): Past<Event> => ({ past: [], revision: 'no_stream' });

async function readPast<Event extends Message>(
  store: EventStore,
  stream: string,
  onUnreadable: ReadTolerance['onUnreadable'],
): Promise<Past<Event>> {
  const past: Event[] = [];
  let revision: ExpectedRevision = 'no_stream';
  const seen = ({ revision: last }: { readonly revision: bigint }): void => {
    revision = last;
  };
  // An event type of a newer build does not affect the decision, but it takes up a revision.
  const tolerance: ReadTolerance = {
    onForeign: seen,
    ...(onUnreadable && {
      onUnreadable(event) {
        seen(event);
        onUnreadable(event);
      },
    }),
  };
  for await (const event of store.readStream(stream, tolerance)) {
    past.push({ type: event.type, data: event.data } as Event);
    seen(event);
  }
  return { past, revision };
}
