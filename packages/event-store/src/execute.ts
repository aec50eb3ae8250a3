import { type Decider, foldOf, type Message } from '@evidence/decider';
import { EventStoreError } from './errors.js';
import type { EventStore, ExpectedRevision, Position } from './port.js';

/** How often a command is decided before a stream that others keep writing is given up for now. */
const ATTEMPTS_MAX = 3;

export interface Execution<Command extends Message, State, Event extends Message> {
  readonly store: EventStore;
  readonly stream: string;
  readonly decider: Decider<Command, State, Event>;
  readonly command: Command;
  /**
   * The stream is thought to be empty, and the command to have events on an empty one: the first attempt spares the read. When there is
   * something after all, it is read and decided as ever.
   */
  readonly thoughtNew?: boolean;
  /**
   * Id and metadata of the event at `index`; the id derived from the cause (`derivedEventId`), so that a retry is
   * recognised.
   */
  readonly describe: (event: Event, index: number) => { readonly id: string; readonly metadata: object };
}

/**
 * What was decided and appended; `state` is the state after it. Without events nothing was appended, and there is no
 * position.
 */
export interface Executed<State, Event> {
  readonly events: readonly Event[];
  readonly state: State;
  readonly position?: Position;
}

/**
 * Reads the stream, decides, appends at the revision that was read. A lost race is decided again on what the winner
 * wrote; after three it throws `wrong_expected_revision`, which is worth a later retry. A `Refusal` of the decider
 * passes through.
 */
export async function execute<Command extends Message, State, Event extends Message>(
  execution: Execution<Command, State, Event>,
): Promise<Executed<State, Event>> {
  const { store, stream, decider, command, thoughtNew = false, describe } = execution;
  for (let attempt = thoughtNew ? 0 : 1; ; attempt++) {
    const { past, revision } = attempt === 0 ? nothing<Event>() : await readPast<Event>(store, stream);
    const state = foldOf(decider, past);
    const events = decider.decide(command, state);
    if (events.length === 0) return { events, state };
    const proposed = events.map((event, index) => ({ ...describe(event, index), type: event.type, data: event.data }));
    try {
      const { position } = await store.append(stream, revision, proposed);
      return {
        events,
        state: foldOf({ initialState: state, evolve: (past, event) => decider.evolve(past, event) }, events),
        position,
      };
    } catch (error) {
      const lostRace = error instanceof EventStoreError && error.code === 'wrong_expected_revision';
      if (!lostRace || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

interface Past<Event> {
  readonly past: Event[];
  readonly revision: ExpectedRevision;
}

const nothing = <Event>(): Past<Event> => ({ past: [], revision: 'no_stream' });

async function readPast<Event extends Message>(store: EventStore, stream: string): Promise<Past<Event>> {
  const past: Event[] = [];
  let revision: ExpectedRevision = 'no_stream';
  for await (const event of store.readStream(stream)) {
    past.push({ type: event.type, data: event.data } as Event);
    revision = event.revision;
  }
  return { past, revision };
}
