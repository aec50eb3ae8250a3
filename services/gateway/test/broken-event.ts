import { randomUUID } from 'node:crypto';
import { type EventType, streamOf } from '@evidence/contracts';
import type { Position } from '@evidence/event-store';
import { eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { GatewayUnderTest, START, type TestOptions } from './gateway-under-test.js';

/** Appends an event that the log would refuse, with `stated` in its metadata. Returns its position once the gateway has seen it. */
export type AppendBroken = (stream: string, type: EventType, stated?: object) => Promise<Position>;

/** Appends an unreadable event to every existing stream except those of tokens, because otherwise all tokens would be refused. */
type BreakEverything = () => Promise<void>;

/** A gateway with a store that accepts events which break their contract. */
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
