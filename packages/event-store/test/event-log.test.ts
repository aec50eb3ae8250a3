import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventType, envelop, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import type { Decider } from '@evidence/decider';
import type { EventStore, NewEvent, UnreadableEvent } from '@evidence/event-store';
import { type EventLog, eventLogOver, HistoryUnreadableError, historyOf, textOf } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { openViewFile, startProjection } from '@evidence/event-store/view';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { execute } from '../src/index.js';
import { all, deliveriesUntil, markAt } from './scenario.js';

const STREAM = streamOf.report('rpt_2026_6a3cde4gxwq2m5k7vhp9rt2yb4');

let store: EventStore;
let log: EventLog;
beforeEach(() => {
  store = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-01-31T12:00:00Z') });
  log = eventLogOver(store);
});
afterEach(() => log.close());

function written(type: EventType, data: object = {}): NewEvent {
  const { eventId: _, schema: __, ...provenance } = exampleMetadata();
  return envelop(randomUUID(), { type, data: { ...exampleOf(type), ...data } } as never, provenance);
}

describe('an append', () => {
  test('accepts an event that keeps its contract', async () => {
    await log.append(STREAM, 'no_stream', [written('ReportRequested')]);
    expect(await all(log.readStream(STREAM))).toMatchObject([
      { type: 'ReportRequested', data: exampleOf('ReportRequested') },
    ]);
  });

  test('is refused as a whole when one event has an extra member or an unknown type', async () => {
    for (const bad of [
      written('ReportStarted', { extra: 1 }),
      { ...written('ReportStarted'), type: 'ReportPondered' },
    ]) {
      await expect(log.append(STREAM, 'no_stream', [written('ReportRequested'), bad])).rejects.toMatchObject({
        code: 'invalid_event',
        facts: { stream: STREAM, index: 1 },
      });
    }
    expect(await store.head()).toBeUndefined();
  });
});

test("an event's text is what is stored, unless that is of an older version", async () => {
  const { deadlineSeconds, ...older } = exampleOf('ReportRequested');
  const requested = written('ReportRequested');
  await store.append(STREAM, 'no_stream', [
    requested,
    { ...written('ReportRequested'), data: older, metadata: { ...requested.metadata, schema: 'ReportRequested.v1' } },
  ]);
  const withText = eventLogOver({
    ...store,
    async *readStream(...read) {
      for await (const event of store.readStream(...read))
        yield { ...event, text: JSON.stringify(event.data, null, 2) };
    },
  });
  const [current, upcast] = await all(withText.readStream(STREAM));
  expect(textOf(current!)).toBe(JSON.stringify(exampleOf('ReportRequested'), null, 2));
  expect(JSON.parse(textOf(upcast!))).toEqual({ ...older, deadlineSeconds: 900 });
  const [withoutText] = await all(log.readStream(STREAM));
  expect(JSON.parse(textOf(withoutText!))).toEqual({ ...older, deadlineSeconds });
});

/** A log with a good event, an event of a later build, a foreign event, a broken event of ours, and another good event. */
async function mixed(): Promise<void> {
  const started = written('ReportStarted');
  await store.append(STREAM, 'no_stream', [
    written('ReportRequested', { laterMember: 1 }),
    { ...started, metadata: { ...started.metadata, schema: 'ReportStarted.v99' } },
    { ...written('ReportReady'), type: 'ReportReadyNotified', data: { anything: true } },
    written('ReportScoped', { counts: 'none' }),
    written('ReportFailed'),
  ]);
}

describe('an unreadable event', () => {
  beforeEach(mixed);

  test('ends a read with an error that names the event', async () => {
    const rejection = all(log.readStream(STREAM));
    await expect(rejection).rejects.toBeInstanceOf(HistoryUnreadableError);
    await expect(rejection).rejects.toThrow(/ReportStarted at position 2 .*ReportStarted\.v99.*evidence log show 2/s);
    await expect(all(log.readAll())).rejects.toMatchObject({ code: 'history_unreadable' });
    await expect(all(historyOf(log, 'report', STREAM))).rejects.toMatchObject({ code: 'history_unreadable' });
  });

  test('is passed to a reader that requests it, with the tenant in its metadata', async () => {
    const unreadable: UnreadableEvent[] = [];
    const foreign: string[] = [];
    const events = await all(
      log.readStream(STREAM, {
        onUnreadable: (event) => unreadable.push(event),
        onForeign: ({ type }) => foreign.push(type),
      }),
    );
    expect(events.map(({ type }) => type)).toEqual(['ReportRequested', 'ReportFailed']);
    expect(events[0]?.data).toHaveProperty('laterMember', 1);
    expect(unreadable).toMatchObject([
      { type: 'ReportStarted', position: 2n, code: 'newer_version', tenant: 'acme' },
      { type: 'ReportScoped', position: 4n, code: 'contract_violated', reason: expect.stringContaining('/counts') },
    ]);
    expect(foreign).toEqual(['ReportReadyNotified']);
  });

  test('is delivered by a subscription as unreadable, in its place, and a foreign event as a checkpoint', async () => {
    const deliveries = await deliveriesUntil(log, {}, ({ kind }) => kind === 'caught_up');
    expect(deliveries.map(({ kind }) => kind)).toEqual([
      ...['event', 'unreadable', 'checkpoint', 'unreadable', 'event'],
      'caught_up',
    ]);
  });

  test('is put into quarantine by a projection, which continues', async () => {
    const view = openViewFile({ file: ':memory:', schemaVersion: 1, schema: 'create table seen (type text) strict' });
    const told: bigint[] = [];
    const projection = startProjection({
      store: log,
      view,
      apply: ({ type }, db) => void db.prepare('insert into seen values (?)').run(type),
      applyUnreadable: ({ position }) => void told.push(position),
    });
    await projection.reached(5n, 1_000);
    expect(view.db.prepare('select type from seen').all()).toMatchObject([
      { type: 'ReportRequested' },
      { type: 'ReportFailed' },
    ]);
    expect(told).toEqual([2n, 4n]);
    expect(view.quarantine.count()).toBe(2);
    expect(view.quarantine.list(1)).toMatchObject([
      { position: 2n, stream: STREAM, type: 'ReportStarted', code: 'newer_version', tenant: 'acme' },
    ]);
    expect(view.quarantine.list(10, 'globex')).toEqual([]);
    await projection.stop();
    view.close();
  });
});

test('an event that is not JSON is unreadable, and the read continues after it', async () => {
  const bytes = new TextEncoder().encode('{ not json');
  const raw: EventStore = {
    ...store,
    readAll: async function* (options) {
      for await (const event of store.readAll(options))
        yield event.type === 'ReportReady' ? { ...event, data: bytes } : event;
    },
  };
  await store.append(STREAM, 'any', [written('ReportReady'), written('ReportFailed')]);
  const unreadable: string[] = [];
  const events = await all(eventLogOver(raw).readAll({ onUnreadable: ({ type }) => unreadable.push(type) }));
  expect(events.map(({ type }) => type)).toEqual(['ReportFailed']);
  expect(unreadable).toEqual(['ReportReady']);
});

test.each([
  ['the tenant in its stream, whatever its metadata say', 'tenant-globex', { tenant: 'acme' }, 'globex'],
  ['the tenant in a stream of weaknesses', 'weaknesses-globex/ep_1', {}, 'globex'],
  ['the tenant in its metadata, if its stream has none', 'report-1', { tenant: 'acme' }, 'acme'],
  ['no tenant, if neither has a valid one', 'report-1', { tenant: 'NOT A SLUG' }, undefined],
])('an unreadable event belongs to %s', async (_, stream, metadata, tenant) => {
  await store.append(stream, 'any', [{ ...written('LegalHoldPlaced'), metadata }]);
  const found: UnreadableEvent[] = [];
  await all(log.readStream(stream, { onUnreadable: (event) => found.push(event) }));
  expect(found.map((event) => event.tenant)).toEqual([tenant]);
});

test('a decision takes into account the revision of an event whose type only a later build knows', async () => {
  await store.append(STREAM, 'no_stream', [written('ReportRequested')]);
  await store.append(STREAM, 0n, [{ ...written('ReportRequested'), type: 'ReportHealed' }]);
  const decider: Decider<{ type: 'Fail'; data: object }, number, { type: 'ReportFailed'; data: object }> = {
    initialState: 0,
    decide: () => [{ type: 'ReportFailed', data: exampleOf('ReportFailed') }],
    evolve: (count) => count + 1,
  };
  const { metadata } = written('ReportFailed');
  const describe = () => ({ id: randomUUID(), metadata });
  const { state } = await execute({
    store: log,
    stream: STREAM,
    decider,
    command: { type: 'Fail', data: {} },
    describe,
  });
  expect(state).toBe(2);
});

describe('a view that lacks events', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quarantine-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const opened = (contracts: string) =>
    openViewFile({
      file: join(folder, 'v.sqlite'),
      schemaVersion: 1,
      schema: 'create table seen (type text) strict',
      contracts,
    });

  test.each([
    ['is rebuilt by a build with other contracts', 'one', 'other', true, undefined],
    ['is kept by the same build', 'one', 'one', true, 5n],
    ['is kept by another build if it lacks none', 'one', 'other', false, 5n],
  ])('%s', (_, before, after, isLacking, checkpoint) => {
    const first = opened(before);
    const event = { id: 'x', stream: 's', revision: 0n, position: 5n, type: 'T', recordedAt: '', data: 1, metadata: 2 };
    first.transaction(markAt(5n), () => {
      if (isLacking) first.quarantine.add({ ...event, code: 'newer_version', reason: 'r' });
    });
    first.close();
    const second = opened(after);
    expect(second.checkpoint()?.position).toBe(checkpoint);
    second.close();
    const third = opened(after);
    expect(third.checkpoint()?.position).toBe(checkpoint);
    third.close();
  });
});
