import { randomUUID } from 'node:crypto';
import { type EventOf, type EventType, envelop } from '@evidence/contracts';
import type { Decider, Message } from '@evidence/decider';
import { type EventStore, execute } from '@evidence/event-store';
import { operatorOf, type Surroundings } from './surroundings.js';

interface OperatorCommand<Command extends Message, State, Event extends EventOf<EventType>> {
  readonly stream: string;
  readonly decider: Decider<Command, State, Event>;
  readonly command: Command;
  readonly tenant: string;
  /** The report or the thing that it is about. */
  readonly correlationId: string;
}

/** Decides in the operator's name. Answers whether anything had to be written: a command already done writes nothing. */
export async function decideAsOperator<Command extends Message, State, Event extends EventOf<EventType>>(
  store: EventStore,
  { stream, decider, command, tenant, correlationId }: OperatorCommand<Command, State, Event>,
  { now }: Pick<Surroundings, 'now'>,
): Promise<boolean> {
  const causationId = randomUUID();
  const { events } = await execute({
    store,
    stream,
    decider,
    command,
    describe: (event) => {
      const occurredAt = now().toISOString();
      return envelop(randomUUID(), event, { tenant, correlationId, causationId, occurredAt, actor: operatorOf() });
    },
  });
  return events.length > 0;
}
