import { randomUUID } from 'node:crypto';
import type { EventStore } from '@evidence/event-store';
import { expect, test } from 'vitest';
import { all, event, events, numbers, Scenario } from './scenario.js';

type Opened = () => EventStore;

export function appendsWhatIsExpected(opened: Opened): void {
  test('a new stream begins at revision 0', async () => {
    const stream = new Scenario().stream('new-');
    expect(await opened().append(stream, 'no_stream', events('A', 3))).toMatchObject({ revision: 2n });
    expect(await opened().append(stream, 2n, [event('A')])).toMatchObject({ revision: 3n });
    expect(await opened().append(stream, 'stream_exists', [event('A')])).toMatchObject({ revision: 4n });
    expect(await opened().append(stream, 'any', [event('A')])).toMatchObject({ revision: 5n });
  });

  test('an append returns the position of its last event', async () => {
    const stream = new Scenario().stream('position-');
    const { position } = await opened().append(stream, 'any', events('A', 3));
    expect((await all(opened().readStream(stream))).map((recorded) => recorded.position).at(-1)).toBe(position);
  });

  test.each([
    { expected: 'no_stream', actual: 1n },
    { expected: 0n, actual: 1n },
    { expected: 99n, actual: 1n },
  ] as const)(
    'a stream at revision 1 refuses an append that expects $expected, and reports its revision',
    async ({ expected, actual }) => {
      const stream = new Scenario().stream('conflict-');
      await opened().append(stream, 'no_stream', events('A', 2));
      await expect(opened().append(stream, expected, [event('A')])).rejects.toMatchObject({
        code: 'wrong_expected_revision',
        facts: { stream, expected, actual },
      });
      expect(await all(opened().readStream(stream))).toHaveLength(2);
    },
  );

  test.each(['stream_exists', 0n] as const)('a missing stream refuses an append that expects %s', async (expected) => {
    const stream = new Scenario().stream('missing-');
    await expect(opened().append(stream, expected, [event('A')])).rejects.toMatchObject({
      code: 'wrong_expected_revision',
      facts: { stream, expected, actual: 'no_stream' },
    });
    expect(await all(opened().readStream(stream))).toEqual([]);
  });

  test('exactly one of twenty appends that expect the same revision wins', async () => {
    const stream = new Scenario().stream('race-');
    await opened().append(stream, 'no_stream', [event('A', { n: 'first' })]);
    const racers = Array.from({ length: 20 }, (_, n) => opened().append(stream, 0n, [event('A', { n })]));
    const results = await Promise.allSettled(racers);
    const winners = results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
    expect(winners).toHaveLength(1);
    const losers = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    for (const loser of losers)
      expect(loser).toMatchObject({ code: 'wrong_expected_revision', facts: { expected: 0n, actual: 1n } });
    expect(numbers(await all(opened().readStream(stream)))).toEqual(['first', ...winners]);
  });

  test('concurrent appends to one stream that expect any revision all succeed, and each stays together and in order', async () => {
    const stream = new Scenario().stream('crowd-');
    const appends = Array.from({ length: 20 }, (_, caller) =>
      opened().append(stream, 'any', [event('A', { n: `${caller}.0` }), event('A', { n: `${caller}.1` })]),
    );
    await Promise.all(appends);
    const written = numbers(await all(opened().readStream(stream)));
    expect(written).toHaveLength(40);
    for (let n = 0; n < written.length; n += 2) expect(written[n + 1]).toBe(String(written[n]).replace('.0', '.1'));
  });
}

export function recognisesRepeatedAppends(opened: Opened): void {
  test.each(['no_stream', 'any'] as const)(
    'a repeated append that expects %s returns the same result and adds nothing',
    async (expected) => {
      const stream = new Scenario().stream('again-');
      const proposed = events('A', 3);
      const first = await opened().append(stream, expected, proposed);
      expect(await opened().append(stream, expected, proposed)).toEqual(first);
      expect(await all(opened().readStream(stream))).toHaveLength(3);
    },
  );

  test('a repeated append is recognised even after later appends', async () => {
    const stream = new Scenario().stream('later-');
    await opened().append(stream, 'no_stream', [event('A')]);
    const proposed = events('B', 2);
    const first = await opened().append(stream, 0n, proposed);
    await opened().append(stream, 2n, events('C', 2));
    expect(await opened().append(stream, 0n, proposed)).toEqual(first);
    expect((await all(opened().readStream(stream))).map(({ type }) => type)).toEqual(['A', 'B', 'B', 'C', 'C']);
  });

  test('an append that shares only its first event with an earlier one is a conflict', async () => {
    const stream = new Scenario().stream('partly-');
    const shared = event('A');
    await opened().append(stream, 'no_stream', [shared, event('A')]);
    const other = [shared, event('B')];
    await expect(opened().append(stream, 'no_stream', other)).rejects.toMatchObject({
      code: 'wrong_expected_revision',
    });
    expect(await all(opened().readStream(stream))).toHaveLength(2);
  });

  test('concurrent repeats of one append write it once', async () => {
    const stream = new Scenario().stream('echo-');
    const proposed = events('A', 2);
    const answers = await Promise.all(Array.from({ length: 5 }, () => opened().append(stream, 'no_stream', proposed)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await all(opened().readStream(stream))).toHaveLength(2);
  });
}

export function refusesWhatItCannotKeep(opened: Opened): void {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const sameId = randomUUID();
  const refused = {
    'no events': [],
    '5,001 events': events('A', 5_001),
    'an event over 1 MiB': [event('A', { text: 'x'.repeat(1024 * 1024) })],
    'an append over 32 MiB': Array.from({ length: 40 }, () => event('A', { text: 'x'.repeat(1_000_000) })),
    'an id that is not a UUID': [event('A', {}, 'first')],
    'two events with the same id': [event('A', {}, sameId), event('A', {}, sameId)],
    'an empty type': [event('')],
    'a reserved type': [event('$metadata')],
    'data with a cycle': [event('A', cycle)],
    'data with a bigint': [event('A', { n: 1n })],
    'data that is an array': [event('A', [])],
    'metadata that is null': [{ ...event('A'), metadata: null as unknown as object }],
  };

  test.each(Object.entries(refused))(
    '%s is refused as invalid_event, and nothing is appended',
    async (_name, proposed) => {
      const stream = new Scenario().stream('invalid-');
      await expect(opened().append(stream, 'any', proposed)).rejects.toMatchObject({ code: 'invalid_event' });
      expect(await all(opened().readStream(stream))).toEqual([]);
    },
  );

  test.each(['', '$reserved', 'x'.repeat(257), 'half a pair \ud800'])(
    'a stream cannot have the name %o',
    async (stream) => {
      await expect(opened().append(stream, 'any', [event('A')])).rejects.toMatchObject({ code: 'invalid_event' });
    },
  );
}
