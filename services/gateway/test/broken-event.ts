import { randomUUID } from 'node:crypto';
import { type EventType, streamOf } from '@evidence/contracts';
import type { Position } from '@evidence/event-store';
import { eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { GatewayUnderTest, START, type TestOptions } from './gateway-under-test.js';

/** Writes what the log would refuse, its metadata saying `stated`; answers where, once the gateway has seen it. */
export type AppendBroken = (stream: string, type: EventType, stated?: object) => Promise<Position>;

/** Has an event that cannot be read in every stream that there is, but those of tokens, which would let nobody in. */
type BreakEverything = () => Promise<void>;

/** A gateway over a store in which events may break their contract. */
export async function openOverBroken(options: TestOptions = {}): Promise<{
  readonly gateway: GatewayUnderTest;
  readonly appendBroken: AppendBroken;
  readonly breakEverything: BreakEverything;
}> {
  const store = openSqliteEventStore({ file: ':memory:', now: () => new Date(START) });
  const gateway = await GatewayUnderTest.open({ ...options, store: eventLogOver(store) });
  const appendBroken: AppendBroken = async (stream, type, stated = {}) => {
    const broken = { id: randomUUID(), type, data: { broken: true }, metadata: stated };
    const { position } = await store.append(stream, 'any', [broken]);
    await gateway.reached(position);
    return position;
  };
  return {
    gateway,
    appendBroken,
    async breakEverything() {
      const streams = new Set<string>();
      for await (const { stream } of store.readAll()) if (!stream.startsWith(streamOf.token(''))) streams.add(stream);
      for (const stream of streams) await appendBroken(stream, 'ScanRecorded');
    },
  };
}
