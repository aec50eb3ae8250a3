import { eventually } from '@evidence/testkit';
import type { NatsConnection } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { forgetCheckpoints } from '../src/checkpoints.js';
import { parseCloudEvent } from '../src/cloudevents.js';
import { REPORTS_SUBJECTS } from '../src/subjects.js';
import { reportIdOf, World } from './world.js';

function published(nc: NatsConnection): string[] {
  const seen: string[] = [];
  nc.subscribe(REPORTS_SUBJECTS, {
    callback: (_, { data, subject }) => void seen.push(parseCloudEvent(data, subject).subject),
  });
  return seen;
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

/** A bus on which reports 0 to 9 are published, and a record of further publishes. */
async function tenPublished() {
  const world = await World.open();
  const first = await world.gateway();
  for (const n of numbers(0, 10)) await world.request(n);
  const nc = await world.connect();
  const before = published(nc);
  await eventually(async () => expect(await first.oldestUnpublished()).toBeUndefined());
  await first.close();
  before.length = 0;
  return { world, nc, seen: before };
}

describe('a relay that finds a different log than the one it published', () => {
  it.each([
    ['older', 0],
    ['older, and grown past the checkpoint again', 30],
  ])('continues from the last event that log and bus have in common: %s', async (_, grown) => {
    const { world, seen } = await tenPublished();
    const restored = world.withLog();
    for (const n of [...numbers(0, 4), ...numbers(100, 100 + grown)]) await restored.request(n);
    const gateway = await restored.gateway();
    await eventually(() => expect(gateway.relayState().otherLog).toContain('after position 4, the last event'));
    await restored.request(200);
    await eventually(() => expect(seen).toEqual([...numbers(100, 100 + grown), 200].map(reportIdOf)));
    expect(gateway.relayState()).toEqual({
      otherLog: expect.stringMatching(
        /Event .* was at position 10; .*6 messages on the bus refer to events that are gone.*evidence restore/,
      ),
    });
    await gateway.close();
    seen.length = 0;
    await restored.request(201);
    const next = await restored.gateway();
    await eventually(() => expect(seen).toEqual([reportIdOf(201)]));
    expect(next.relayState()).toEqual({});
  });

  it('starts at the beginning of an empty log', async () => {
    const { world, seen } = await tenPublished();
    const empty = world.withLog();
    const gateway = await empty.gateway();
    await eventually(() => expect(gateway.relayState().otherLog).toContain('is empty'));
    await empty.request(200);
    await eventually(() => expect(seen).toEqual([reportIdOf(200)]));
  });

  it('publishes nothing if log and bus have no event in common, reports it, and publishes all once an operator adopts the log', async () => {
    const { world, nc, seen } = await tenPublished();
    const other = world.withLog();
    for (const n of numbers(50, 53)) await other.request(n);
    const gateway = await other.gateway();
    await eventually(() => expect(gateway.relayState().blocked).toMatch(/no event in common.*evidence log adopt/));
    await other.request(53);
    await gateway.close();
    expect(seen).toEqual([]);
    const again = await other.gateway();
    await eventually(() => expect(again.relayState().blocked).toBeDefined());
    await forgetCheckpoints(nc, ['gateway']);
    await eventually(() => expect(seen).toEqual(numbers(50, 54).map(reportIdOf)));
    expect(again.relayState()).toEqual({});
  });
});
