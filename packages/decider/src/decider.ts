/** A message as deciders see it: what happened or is requested, and its data. Ids, times of arrival and causes stay in the envelope. */
export type Message = { readonly type: string; readonly data: object };

/**
 * The pure core of one kind of stream. Everything a decision needs (the time, new ids, looked-up facts) is in the command,
 * so that the same events and the same command give the same result on any machine, at any time.
 */
export interface Decider<Command extends Message, State, Event extends Message> {
  readonly initialState: State;
  /** What follows from `command`, given everything that happened so far. Empty: nothing to do. Throws `Refusal` when a rule forbids it. */
  decide(command: Command, state: State): readonly Event[];
  /** Never throws, because an event is a fact and cannot be refused. Unknown events leave the state unchanged. */
  evolve(state: State, event: Event): State;
}

/** The state after `events`, oldest first. */
export function foldOf<State, Event>(
  decider: { readonly initialState: State; evolve(state: State, event: Event): State },
  events: Iterable<Event>,
): State {
  let state = decider.initialState;
  for (const event of events) state = decider.evolve(state, event);
  return state;
}
