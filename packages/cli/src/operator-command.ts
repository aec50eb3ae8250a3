import { randomUUID } from 'node:crypto';
import { type EventOf, type EventType, envelop } from '@evidence/contracts';
import { type Decider, foldOf, type Message } from '@evidence/decider';
import { execute } from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import { operatorOf, type Surroundings } from './surroundings.js';

interface OperatorCommand<Command extends Message, State, Event extends EventOf<EventType>> {
  readonly stream: string;
  readonly decider: Decider<Command, State, Event>;
  readonly command: Command;
  readonly tenant: string;
  /** The report, or whatever the command is about. */
  readonly correlationId: string;
  /** Decides but writes nothing. */
  readonly dryRun?: boolean;
}

/** Decides in the operator's name. Returns whether there was anything to write: a command that was already carried out writes nothing. Throws its refusal. */
export async function decideAsOperator<Command extends Message, State, Event extends EventOf<EventType>>(
  store: EventLog,
  { stream, decider, command, tenant, correlationId, dryRun = false }: OperatorCommand<Command, State, Event>,
  { now }: Pick<Surroundings, 'now'>,
): Promise<boolean> {
  if (dryRun) {
    const past: Event[] = [];
    for await (const { type, data } of store.readStream(stream)) past.push({ type, data } as Event);
    return decider.decide(command, foldOf(decider, past)).length > 0;
  }
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
