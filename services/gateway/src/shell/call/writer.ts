import { type EventOf, type EventType, envelop, type Provenance } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { derivedEventId, type Executed, execute, type Position } from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import type { Projection } from '@evidence/event-store/view';
import { activeTrace } from '@evidence/runtime';
import { actorOf, type Call } from '../../core/call/call.js';

/** How long a write waits until its own effect can be read. After that the response is sent anyway, because the write is done. */
const READ_YOUR_WRITES_TIMEOUT_MS = 2_000;

interface Write<Type extends EventType, Command extends { type: string; data: object }, State> {
  readonly stream: string;
  readonly decider: Decider<Command, State, EventOf<Type>>;
  readonly command: Command;
  /** See `Execution`. */
  readonly thoughtNew?: boolean;
  /** The id of the report, or of the other subject, that the events belong to. */
  readonly correlationId: string;
  readonly call: Call;
}

/** Decides and appends in the name of a caller. */
export class Writer {
  constructor(
    private readonly store: EventLog,
    private readonly now: () => Date,
  ) {}

  /**
   * Throws the decider's `Refusal`, and `EventStoreError` `unavailable`. Ids are derived from the call, so that the store recognises a repeated
   * append.
   */
  write<Type extends EventType, Command extends { type: string; data: object }, State>({
    stream,
    decider,
    command,
    thoughtNew = false,
    correlationId,
    call,
  }: Write<Type, Command, State>): Promise<Executed<State, EventOf<Type>>> {
    const provenance = this.provenance(call, correlationId);
    const describe = (event: EventOf<Type>) => envelop(derivedEventId(call.id, event.type), event, provenance);
    return execute({ store: this.store, stream, decider, command, thoughtNew, describe });
  }

  /** The end of the log. Throws `EventStoreError` `unavailable`. */
  head(): Promise<Position | undefined> {
    return this.store.head();
  }

  /** The provenance of the events that this call leads to: who, why and when. */
  provenance(call: Call, correlationId: string): Provenance {
    return {
      tenant: call.caller.tenant,
      correlationId,
      causationId: call.id,
      occurredAt: this.now().toISOString(),
      actor: actorOf(call),
      ...activeTrace(),
    };
  }
}

/** Waits, for a limited time, until what was written up to `position` can be read; undefined: nothing was written. */
export async function untilReadable(projection: Projection, position: Position | undefined): Promise<void> {
  if (position === undefined) return;
  await projection.reached(position, READ_YOUR_WRITES_TIMEOUT_MS).catch(() => undefined);
}
