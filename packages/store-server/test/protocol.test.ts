import { once } from 'node:events';
import http2 from 'node:http2';
import { eventually } from '@evidence/testkit';
import {
  ANY,
  BACKWARDS,
  END,
  eventTypeFilter,
  jsonEvent,
  KurrentDBClient,
  NO_STREAM,
  type ResolvedEvent,
  START,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  streamNameFilter,
  UnsupportedError,
  WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { all } from '../../event-store/test/scenario.js';
import { type StoreServer, startStoreServer } from '../src/index.js';
import { WINDOW_BYTES } from '../src/wide-windows.js';

/** Calls of KurrentDB's client that our adapter does not make, as an operator's script or another service might. */
let server: StoreServer;
let client: KurrentDBClient;
beforeEach(async () => {
  server = await startStoreServer({ file: ':memory:', port: 0, now: () => new Date('2026-01-31T12:00:00.123Z') });
  client = KurrentDBClient.connectionString(`kurrentdb://127.0.0.1:${server.port}?tls=false&discoveryInterval=10`);
});
afterEach(async () => {
  await client.dispose();
  await server.close();
});

const numbered = (count: number) => Array.from({ length: count }, (_, n) => jsonEvent({ type: 'A', data: { n } }));
/** With credentials in the call, the client uses Append instead of BatchAppend. */
const byAppend = { credentials: { username: 'anyone', password: 'any' } };
const rejection = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('store-server, called by the KurrentDB client', () => {
  test.each([
    ['BatchAppend', {}],
    ['Append', byAppend],
  ] as const)('%s checks expected revisions', async (_call, options) => {
    const append = (streamState: bigint | 'any' | 'no_stream' | 'stream_exists') =>
      client.appendToStream('report-1', numbered(2), { streamState, ...options });
    expect(await rejection(append(STREAM_EXISTS))).toMatchObject({
      expectedState: 'stream_exists',
      actualState: 'no_stream',
    });
    expect(await append(NO_STREAM)).toMatchObject({
      success: true,
      nextExpectedRevision: 1n,
      position: { commit: 2n, prepare: 2n },
    });
    expect(await append(1n)).toMatchObject({ nextExpectedRevision: 3n });
    expect(await append(ANY)).toMatchObject({ nextExpectedRevision: 5n });
    const lost = await rejection(append(0n));
    expect(lost).toBeInstanceOf(WrongExpectedVersionError);
    expect(lost).toMatchObject({ streamName: 'report-1', expectedState: 0n, actualState: 5n });
    expect(await rejection(append(NO_STREAM))).toMatchObject({ expectedState: 'no_stream', actualState: 5n });
  });

  test.each([
    ['BatchAppend', {}],
    ['Append', byAppend],
  ] as const)('%s refuses an append over a limit, and the next append works', async (_call, options) => {
    const large = jsonEvent({ type: 'A', data: { text: 'x'.repeat(1024 * 1024) } });
    expect(await rejection(client.appendToStream('report-1', large, options))).toBeInstanceOf(Error);
    expect(await rejection(client.appendToStream('report-1', numbered(5_001), options))).toBeInstanceOf(Error);
    expect(await client.appendToStream('report-1', numbered(1), options)).toMatchObject({ nextExpectedRevision: 0n });
  });

  test('an event keeps its time, its content type and its bytes', async () => {
    await client.appendToStream('report-1', numbered(1));
    const subscription = client.subscribeToStream('report-1');
    const [read] = (await once(subscription, 'data')) as [ResolvedEvent];
    await subscription.unsubscribe();
    expect(read.event).toMatchObject({
      streamId: 'report-1',
      isJson: true,
      data: { n: 0 },
      created: new Date('2026-01-31T12:00:00.123Z'),
    });
  });

  test('a deleted stream is not found, and continues its numbering when it is written again', async () => {
    await client.appendToStream('report-1', numbered(3));
    await client.deleteStream('report-1', { expectedRevision: 2n });
    expect(await rejection(all(client.readStream('report-1')))).toBeInstanceOf(StreamNotFoundError);
    expect(await client.appendToStream('report-1', numbered(1), { streamState: NO_STREAM })).toMatchObject({
      nextExpectedRevision: 3n,
    });
    expect((await all(client.readStream('report-1'))).map(({ event }) => event?.revision)).toEqual([3n]);
    expect((await all(client.readStream('report-1', { direction: BACKWARDS, fromRevision: END }))).length).toBe(1);
    expect(await all(client.readAll())).toHaveLength(4);
  });

  test('a deletion that expects a different revision is refused', async () => {
    await client.appendToStream('report-1', numbered(3));
    expect(await rejection(client.deleteStream('report-1', { expectedRevision: 0n }))).toMatchObject({
      expectedState: 0n,
      actualState: 2n,
    });
    expect(await rejection(client.tombstoneStream('report-2', { expectedRevision: 0n }))).toBeInstanceOf(
      WrongExpectedVersionError,
    );
    expect(await all(client.readStream('report-1'))).toHaveLength(3);
  });

  test('a tombstoned stream can be neither read, written nor deleted', async () => {
    await client.appendToStream('report-1', numbered(1));
    await client.tombstoneStream('report-1');
    expect(await rejection(all(client.readStream('report-1')))).toBeInstanceOf(StreamDeletedError);
    expect(await rejection(client.appendToStream('report-1', numbered(1)))).toBeInstanceOf(StreamDeletedError);
    expect(await rejection(client.appendToStream('report-1', numbered(1), byAppend))).toBeInstanceOf(
      StreamDeletedError,
    );
    expect(await rejection(client.deleteStream('report-1'))).toBeInstanceOf(StreamDeletedError);
  });

  test("a stream's metadata is kept in its metadata stream", async () => {
    await client.setStreamMetadata('report-1', { maxCount: 10, owner: 'audit' });
    expect((await client.getStreamMetadata('report-1')).metadata).toMatchObject({ maxCount: 10, owner: 'audit' });
  });

  test('a subscription to a stream delivers existing and new events', async () => {
    await client.appendToStream('report-1', numbered(2));
    const subscription = client.subscribeToStream('report-1', { fromRevision: START });
    const seen: unknown[] = [];
    subscription.on('caughtUp', () => void client.appendToStream('report-1', numbered(1)));
    for await (const { event } of subscription) {
      seen.push(event?.revision);
      if (seen.length === 3) break;
    }
    await subscription.unsubscribe();
    expect(seen).toEqual([0n, 1n, 2n]);
  });

  test('a subscription from the end delivers only new events', async () => {
    await client.appendToStream('report-1', numbered(2));
    const subscription = client.subscribeToAll({ fromPosition: END });
    subscription.on('caughtUp', () => void client.appendToStream('report-2', numbered(1)));
    for await (const { event } of subscription) {
      expect(event).toMatchObject({ streamId: 'report-2', position: { commit: 3n } });
      break;
    }
    await subscription.unsubscribe();
  });

  test('a subscription to $all is told that it fell behind, gets every event, and is told when it has caught up', async () => {
    const subscription = client.subscribeToAll({ fromPosition: START });
    const told: string[] = [];
    subscription.once('caughtUp', () => void client.appendToStream('report-1', numbered(150)));
    for (const kind of ['caughtUp', 'fellBehind'] as const) subscription.on(kind, () => void told.push(kind));
    const seen: unknown[] = [];
    for await (const { event } of subscription) {
      seen.push(event?.revision);
      if (seen.length === 150) await client.appendToStream('report-2', numbered(1));
      if (seen.length === 151) break;
    }
    await subscription.unsubscribe();
    expect(told).toEqual(['caughtUp', 'fellBehind', 'caughtUp']);
    expect(seen).toEqual([...Array.from({ length: 150 }, (_, revision) => BigInt(revision)), 0n]);
  });

  test('a filter by a regular expression is refused, not ignored', async () => {
    await client.appendToStream('report-1', numbered(1));
    expect(await rejection(all(client.readAll({ filter: eventTypeFilter({ regex: '^A$' }) })))).toBeInstanceOf(Error);
    expect(await all(client.readAll({ filter: streamNameFilter({ prefixes: ['report-'] }) }))).toHaveLength(1);
  });

  test('persistent subscriptions are unsupported', async () => {
    const create = client.createPersistentSubscriptionToAll('group', {} as never);
    expect(await rejection(create)).toBeInstanceOf(UnsupportedError);
  });

  test('an append of 250 findings fits into the window that a client is given', async () => {
    const session = http2.connect(`http://127.0.0.1:${server.port}`);
    const [settings] = await once(session, 'remoteSettings');
    expect(settings.initialWindowSize).toBe(WINDOW_BYTES);
    await eventually(() => expect(session.state.remoteWindowSize).toBe(WINDOW_BYTES));
    session.close();
  });
});
