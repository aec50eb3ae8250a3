import { randomUUID } from 'node:crypto';
import type { EventStore, ReadStreamOptions } from '@evidence/event-store';
import { expect, test } from 'vitest';
import { all, delivered, deliveriesUntil, each, event, events, numbers, Scenario } from './scenario.js';

type Opened = () => EventStore;

export function readsStreams(opened: Opened): void {
  test('an event is read as it was written', async () => {
    const scenario = new Scenario();
    const stream = scenario.stream('Übersicht-報告-😀-');
    const proposed = {
      id: randomUUID(),
      type: scenario.type('Prüfung完了'),
      data: { text: 'naïve 漢字 😀 \u0000 \u2028 "quoted"', nested: { list: [1, 2.5, null, true] }, empty: {} },
      metadata: { traceparent: '00-1-2-01', ключ: 'значение' },
    };
    const { position } = await opened().append(stream, 'no_stream', [proposed]);
    const [recorded] = await all(opened().readStream(stream));
    const { text = JSON.stringify(proposed.data), ...members } = recorded!;
    expect(members).toEqual({
      ...proposed,
      ...{ stream, revision: 0n, position },
      recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(JSON.parse(text)).toEqual(proposed.data);
  });

  test('a read of a missing stream returns nothing, in both directions', async () => {
    const stream = new Scenario().stream('missing-');
    expect(await all(opened().readStream(stream))).toEqual([]);
    expect(await all(opened().readStream(stream, { direction: 'backwards', limit: 1 }))).toEqual([]);
  });

  const reads: Record<string, [ReadStreamOptions, number[]]> = {
    everything: [{}, [0, 1, 2, 3, 4]],
    'from 2': [{ from: 2n }, [2, 3, 4]],
    'two from 1': [{ from: 1n, limit: 2 }, [1, 2]],
    'after the end': [{ from: 5n }, []],
    none: [{ limit: 0 }, []],
    'everything backwards': [{ direction: 'backwards' }, [4, 3, 2, 1, 0]],
    'the last': [{ direction: 'backwards', limit: 1 }, [4]],
    'backwards from 2': [{ direction: 'backwards', from: 2n }, [2, 1, 0]],
    'two backwards from 3': [{ direction: 'backwards', from: 3n, limit: 2 }, [3, 2]],
    'two backwards from after the end': [{ direction: 'backwards', from: 99n, limit: 2 }, [4, 3]],
  };
  test.each(Object.keys(reads))('a read of five events: %s', async (name) => {
    const [options, expected] = reads[name]!;
    const stream = new Scenario().stream('five-');
    await opened().append(stream, 'no_stream', events('A', 5));
    expect(numbers(await all(opened().readStream(stream, options)))).toEqual(expected);
  });

  test('3,000 events of one append are atomic and in order', async () => {
    const stream = new Scenario().stream('batch-');
    expect(await opened().append(stream, 'no_stream', events('A', 3_000))).toMatchObject({ revision: 2_999n });
    const recorded = await all(opened().readStream(stream));
    expect(numbers(recorded)).toEqual(Array.from({ length: 3_000 }, (_, n) => n));
    expect(numbers(await all(opened().readStream(stream, { direction: 'backwards' })))).toEqual(
      numbers(recorded).reverse(),
    );
    const refused = events('B', 3_000);
    await expect(opened().append(stream, 0n, refused)).rejects.toMatchObject({ code: 'wrong_expected_revision' });
    expect(await all(opened().readStream(stream))).toHaveLength(3_000);
  });

  test('a reader may stop in the middle', async () => {
    const stream = new Scenario().stream('half-');
    await opened().append(stream, 'no_stream', events('A', 1_000));
    for await (const { revision } of opened().readStream(stream)) if (revision === 10n) break;
    expect(await all(opened().readStream(stream, { from: 998n }))).toHaveLength(2);
  });
}

export function readsTheLog(opened: Opened): void {
  /** Three streams with events of two types, written in turn: n increases in log order. */
  async function threeStreams() {
    const scenario = new Scenario();
    const streams = ['one-', 'two-', 'three-'].map((name) => scenario.stream(`${scenario.type('log')}${name}`));
    const types = [scenario.type('Opened'), scenario.type('Closed')];
    for (let n = 0; n < 12; n++) {
      await opened().append(streams[n % 3]!, 'any', [event(types[n < 6 ? 0 : 1]!, { n })]);
    }
    return { streams, types, everything: { streamPrefixes: [scenario.type('log')] } };
  }

  test('the log is filtered by streams and by types, forwards and backwards', async () => {
    const { streams, types, everything } = await threeStreams();
    const read = async (filter: { streamPrefixes: string[] } | { types: string[] }, more = {}) =>
      numbers(await all(opened().readAll({ filter, ...more })));
    expect(await read(everything)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(await read({ streamPrefixes: [streams[1]!] })).toEqual([1, 4, 7, 10]);
    expect(await read({ streamPrefixes: [streams[0]!, streams[2]!] }, { limit: 3 })).toEqual([0, 2, 3]);
    expect(await read({ types: [types[1]!] })).toEqual([6, 7, 8, 9, 10, 11]);
    expect(await read({ types: [types[1]!.toUpperCase()] })).toEqual([]);
    expect(await read({ types }, { direction: 'backwards', limit: 2 })).toEqual([11, 10]);
  });

  test('a type matches only as a whole, not as the start or end of another type', async () => {
    const scenario = new Scenario();
    const [stream, type] = [scenario.stream('exact-'), scenario.type('Ready')];
    await opened().append(stream, 'any', [event(`${type}Notified`), event(type, { n: 1 }), event(`Not${type}`)]);
    expect(numbers(await all(opened().readAll({ filter: { types: [type, 'Absent'] } })))).toEqual([1]);
    await expect(all(opened().readAll({ filter: { types: ['A|B'] } }))).rejects.toThrow(/A\|B/);
  });

  test('a position is exclusive in both directions, even if the filter hides its event', async () => {
    const { streams, everything } = await threeStreams();
    const positions = (await all(opened().readAll({ filter: everything }))).map(({ position }) => position);
    const read = async (options: object) => numbers(await all(opened().readAll({ filter: everything, ...options })));
    expect(await read({ from: positions[8]! })).toEqual([9, 10, 11]);
    expect(await read({ from: positions[8]!, limit: 1 })).toEqual([9]);
    expect(await read({ from: positions[11]! })).toEqual([]);
    expect(await read({ from: positions[2]!, direction: 'backwards' })).toEqual([1, 0]);
    expect(await read({ from: positions[0]!, direction: 'backwards' })).toEqual([]);
    const second = { streamPrefixes: [streams[1]!] };
    expect(await read({ from: positions[8]!, limit: 1, filter: second })).toEqual([10]);
  });

  test('without a filter, the log ends with the last event written, and never shows reserved events', async () => {
    const { position } = await opened().append(new Scenario().stream('last-'), 'any', [event('Last')]);
    const [last] = await all(opened().readAll({ direction: 'backwards', limit: 1 }));
    expect(last).toMatchObject({ type: 'Last', position });
    const latest = await all(opened().readAll({ direction: 'backwards', limit: 100 }));
    expect(latest.filter(({ type }) => type.startsWith('$'))).toEqual([]);
  });

  test('positions grow in the order of the log', async () => {
    const { everything } = await threeStreams();
    const positions = (await all(opened().readAll({ filter: everything }))).map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(positions).size).toBe(12);
  });

  test('the head is at or after the last event written', async () => {
    const { position } = await opened().append(new Scenario().stream('head-'), 'any', [event('A')]);
    expect(await opened().head()).toBeGreaterThanOrEqual(position);
  });
}

export function followsTheLog(opened: Opened): void {
  test('a subscription delivers the existing events, then caught_up, then new events, each once and in order', async () => {
    const scenario = new Scenario();
    const stream = scenario.stream('follow-');
    const filter = { streamPrefixes: [stream] };
    await opened().append(stream, 'any', events('A', 3));
    let live: Promise<unknown> | undefined;
    const deliveries = await deliveriesUntil(opened(), { filter }, (delivery, seen) => {
      if (delivery.kind === 'caught_up') live ??= appendLive(stream);
      return delivered(seen).length === 5;
    });
    await live;
    expect(delivered(deliveries).map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n, 4n]);
    const kinds = deliveries.map(({ kind }) => kind).filter((kind) => kind !== 'checkpoint');
    expect(kinds).toEqual(['event', 'event', 'event', 'caught_up', 'event', 'event']);
  });

  async function appendLive(stream: string): Promise<void> {
    await opened().append(new Scenario().stream('elsewhere-'), 'any', [event('A')]);
    await opened().append(stream, 2n, [event('A')]);
    await opened().append(stream, 3n, [event('B')]);
  }

  test('an event is the same however it is read', async () => {
    const stream = new Scenario().stream('same-');
    await opened().append(stream, 'any', [event('A', { text: '漢字' })]);
    const filter = { streamPrefixes: [stream] };
    const [read] = await all(opened().readStream(stream));
    expect(await all(opened().readAll({ filter }))).toEqual([read]);
    expect(delivered(await deliveriesUntil(opened(), { filter }, ({ kind }) => kind === 'event'))).toEqual([read]);
  });

  test('a subscription starts after the given position', async () => {
    const stream = new Scenario().stream('resume-');
    await opened().append(stream, 'any', events('A', 4));
    const second = (await all(opened().readStream(stream)))[1]!;
    const filter = { streamPrefixes: [stream] };
    const deliveries = await deliveriesUntil(
      opened(),
      { filter, after: second.position },
      (_, seen) => delivered(seen).length === 2,
    );
    expect(numbers(delivered(deliveries))).toEqual([2, 3]);
  });

  test('a subscription filters by types across streams', async () => {
    const scenario = new Scenario();
    const wanted = scenario.type('Wanted');
    for (const stream of ['a-', 'b-', 'c-']) {
      await opened().append(scenario.stream(stream), 'any', [event('Other'), event(wanted, { n: stream })]);
    }
    const filter = { types: [wanted] };
    const deliveries = await deliveriesUntil(opened(), { filter }, (_, seen) => delivered(seen).length === 3);
    expect(numbers(delivered(deliveries))).toEqual(['a-', 'b-', 'c-']);
  });

  test('checkpoints report how far the log was examined, never go back, and a subscription can start from one', async () => {
    const scenario = new Scenario();
    const stream = scenario.stream('checkpoint-');
    const { position: first } = await opened().append(stream, 'any', [event('A', { n: 'first' })]);
    for (let n = 0; n < 5; n++) await opened().append(scenario.stream('noise-'), 'any', events('Noise', 20));
    const filter = { streamPrefixes: [stream] };
    const isPastTheNoise = (delivery: { kind: string }) => delivery.kind === 'checkpoint';
    const deliveries = await deliveriesUntil(opened(), { filter, after: first }, isPastTheNoise);
    const checkpoint = deliveries.flatMap((delivery) =>
      delivery.kind === 'checkpoint' ? [delivery.position] : [],
    )[0]!;
    expect(checkpoint).toBeGreaterThan(first);
    await opened().append(stream, 'any', [event('A', { n: 'second' })]);
    const rest = await deliveriesUntil(
      opened(),
      { filter, after: checkpoint },
      (_, seen) => delivered(seen).length === 1,
    );
    expect(numbers(delivered(rest))).toEqual(['second']);
  });

  test('a slow reader of a long log misses nothing and sees nothing twice', async () => {
    const stream = new Scenario().stream('slow-');
    await opened().append(stream, 'any', events('A', 2_000));
    const abort = new AbortController();
    const seen: unknown[] = [];
    const filter = { streamPrefixes: [stream] };
    for await (const delivery of each(opened().subscribe({ filter, signal: abort.signal }))) {
      if (delivery.kind !== 'event') continue;
      seen.push((delivery.event.data as { n: number }).n);
      if (seen.length % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (seen.length === 2_000) break;
    }
    abort.abort();
    expect(seen).toEqual(Array.from({ length: 2_000 }, (_, n) => n));
  });

  test('a slow reader of many new events misses nothing and sees nothing twice', async () => {
    const stream = new Scenario().stream('burst-');
    const abort = new AbortController();
    const seen: unknown[] = [];
    const filter = { streamPrefixes: [stream] };
    let appending: Promise<unknown> = Promise.resolve();
    const appendMany = async () => {
      for (let from = 0; from < 3_000; from += 300) {
        const numbered = Array.from({ length: 300 }, (_, n) => event('A', { n: from + n }));
        await opened().append(stream, 'any', numbered);
      }
    };
    for await (const delivery of each(opened().subscribe({ filter, signal: abort.signal }))) {
      if (delivery.kind === 'caught_up' && seen.length === 0) appending = appendMany();
      if (delivery.kind !== 'event') continue;
      seen.push((delivery.event.data as { n: number }).n);
      if (seen.length % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (seen.length === 3_000) break;
    }
    abort.abort();
    await appending;
    expect(seen).toEqual(Array.from({ length: 3_000 }, (_, n) => n));
  });

  test('a subscription that looks at times delivers what was appended since the last look, and then that it caught up', async () => {
    const scenario = new Scenario();
    const stream = scenario.stream('looks-');
    const append = () => opened().append(stream, 'any', events('A', 3));
    await append();
    const looks = [
      append,
      async () => opened().append(scenario.stream('elsewhere-'), 'any', [event('A')]),
      async () => undefined,
      append,
    ];
    const abort = new AbortController();
    const nextLook = async () => {
      const act = looks.shift();
      if (act) await act();
      else abort.abort();
    };
    const counts: number[] = [];
    let count = 0;
    const subscription = opened().subscribe({ filter: { streamPrefixes: [stream] }, signal: abort.signal, nextLook });
    for await (const { kind } of each(subscription)) {
      if (kind === 'event') count++;
      if (kind !== 'caught_up') continue;
      counts.push(count);
      count = 0;
    }
    expect(counts).toEqual([3, 3, 0, 0, 3]);
  });

  test('aborting a subscription ends it without an error, even while it waits', async () => {
    const abort = new AbortController();
    const filter = { streamPrefixes: [new Scenario().stream('nothing-')] };
    for await (const delivery of each(opened().subscribe({ filter, signal: abort.signal }))) {
      if (delivery.kind === 'caught_up') setImmediate(() => abort.abort());
    }
    expect(abort.signal.aborted).toBe(true);
  });

  test('a subscription that is aborted before it starts delivers nothing', async () => {
    expect(await all(opened().subscribe({ signal: AbortSignal.abort() }))).toEqual([]);
  });
}
