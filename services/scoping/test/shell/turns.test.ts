import { randomUUID } from 'node:crypto';
import { envelop, type ReportEvent, type ReportEventType, type ReportRequested, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { EventStoreError } from '@evidence/event-store';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { openViewFile, startProjection } from '@evidence/event-store/view';
import type { Cause } from '@evidence/report/stage';
import { createLogger } from '@evidence/runtime';
import { eventually } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import {
  applyToLine,
  applyUnreadableToLine,
  LINE_EVENTS,
  LINE_SCHEMA,
  LINE_SCHEMA_VERSION,
  lineInViewFile,
} from '../../src/adapters/line-in-view-file.js';
import { type TurnParts, Turns } from '../../src/shell/turns.js';

const START = new Date('2026-11-23T12:00:00.000Z');
const { eventId: _, schema: __, ...provenance } = exampleMetadata();
const logger = createLogger('scoping', { level: 'silent' });

/** A log in memory with named reports, and any number of instances of the turns. */
function openWorld() {
  let now = START;
  const clock = () => now;
  const plain = openSqliteEventStore({ file: ':memory:', now: clock });
  const store = eventLogOver(plain);
  onTestFinished(() => store.close());
  const ids = new Map<string, string>();
  const idOf = (name: string) => {
    const id = ids.get(name) ?? `rpt_2026_${String(ids.size).padStart(26, '0')}`;
    ids.set(name, id);
    return id;
  };
  const append = async (type: ReportEventType, tenant: string, name: string, more: object = {}) => {
    const data = { ...exampleOf(type), reportId: idOf(name), ...(type === 'ReportRequested' && { tenant }), ...more };
    const about = { ...provenance, tenant, occurredAt: now.toISOString() };
    const event = envelop(randomUUID(), { type, data } as ReportEvent, about);
    await store.append(streamOf.report(idOf(name)), 'any', [event]);
    return event;
  };
  return {
    store,
    clock,
    pass: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
    request: (tenant: string, name: string, more?: Partial<ReportRequested>) =>
      append('ReportRequested', tenant, name, more),
    end: (tenant: string, name: string) => append('ReportFailed', tenant, name),
    /** Events that no build can read. */
    garbage: (name: string, type: ReportEventType) =>
      plain.append(streamOf.report(idOf(name)), 'any', [{ id: randomUUID(), type, data: {}, metadata: {} }]),
    idOf,
    /** The names of the started reports, in order. */
    async started() {
      const started: string[] = [];
      for await (const { type, data } of store.readAll({
        filter: { types: ['ReportStarted'] },
        onUnreadable: () => {},
      })) {
        const { reportId } = data as { readonly reportId: string };
        if (type === 'ReportStarted') started.push([...ids].find(([, id]) => id === reportId)?.[0] ?? reportId);
      }
      return started;
    },
    async historyOf(name: string) {
      const events = [];
      for await (const event of store.readStream(streamOf.report(idOf(name)), { onUnreadable: () => {} }))
        events.push(event);
      return events;
    },
    async turns(standard: number, over: EventLog = store, begin: TurnParts['begin'] = async () => undefined) {
      const view = openViewFile({ file: ':memory:', schemaVersion: LINE_SCHEMA_VERSION, schema: LINE_SCHEMA });
      const projection = startProjection({
        store,
        filter: { types: LINE_EVENTS },
        view,
        apply(event, db) {
          applyToLine(event, db);
          if (event.type === 'ReportRequested') turns.remember(event);
          queueMicrotask(() => turns.wake());
        },
        applyUnreadable: applyUnreadableToLine,
      });
      const reached = (position: bigint) => projection.reached(position, 5_000);
      const parts = { store: over, line: lineInViewFile(view.db), reached, slots: { standard, template: 2 } };
      const turns = new Turns({ ...parts, begin, now: clock, logger });
      await projection.caughtUp;
      turns.begin();
      onTestFinished(async () => {
        await turns.stop();
        await projection.stop();
        view.close();
      });
      return turns;
    },
  };
}

test('starts each report once, the oldest of a tenant first, with its cause', async () => {
  const world = openWorld();
  const { eventId } = (await world.request('a', 'a1')).metadata;
  for (const name of ['a2', 'a3', 'a4', 'a5']) await world.request('a', name);
  await world.turns(3);
  await eventually(async () => expect(await world.started()).toEqual(['a1', 'a2']));
  expect((await world.historyOf('a1'))[1]).toMatchObject({
    type: 'ReportStarted',
    metadata: { actor: 'service:scoping', causationId: eventId, tenant: 'a' },
  });
  await world.end('a', 'a1');
  await eventually(async () => expect(await world.started()).toEqual(['a1', 'a2', 'a3']));
});

test('starts a report without reading its stream, unless something follows the request in it', async () => {
  const world = openWorld();
  for (const name of ['a1', 'a2']) await world.request('a', name);
  await world.end('a', 'a2');
  const read: string[] = [];
  const watched: EventLog = {
    ...world.store,
    readStream(stream, ...rest) {
      read.push(stream);
      return world.store.readStream(stream, ...rest);
    },
  };
  await world.turns(3, watched);
  await world.request('b', 'b1');
  await eventually(async () => expect(await world.started()).toEqual(['a1', 'b1']));
  expect(read).toEqual([]);
});

test('begins a report that it has started, with the start as its cause, and survives its failure', async () => {
  const world = openWorld();
  await world.request('a', 'a1');
  await world.request('b', 'b1');
  const begun: Cause[] = [];
  await world.turns(4, undefined, async (cause) => {
    begun.push(cause);
    throw new Error('The artifact folder is gone.');
  });
  await eventually(async () => expect(await world.started()).toEqual(['a1', 'b1']));
  for (const name of ['a1', 'b1'])
    expect(begun.map(({ eventId }) => eventId)).toContain((await world.historyOf(name))[1]?.id);
});

test('gives the next slot to the tenant beside a flood, in two instances together as in one', async () => {
  const world = openWorld();
  for (let n = 0; n < 50; n++) await world.request('flooding', `f${n}`);
  await world.turns(4);
  await world.turns(4);
  await eventually(async () => expect(await world.started()).toEqual(['f0', 'f1', 'f2']));
  await world.request('other', 'single');
  await eventually(async () => expect(await world.started()).toEqual(['f0', 'f1', 'f2', 'single']));
  await world.request('third', 't0');
  await world.request('third', 't1');
  await world.end('flooding', 'f0');
  await eventually(async () => expect(await world.started()).toEqual(['f0', 'f1', 'f2', 'single', 't0']));
  // Each tenant has one in progress now, and the flood has waited longest for its next turn.
  await world.end('flooding', 'f1');
  await eventually(async () => expect((await world.started()).at(-1)).toBe('f3'));
  await world.end('other', 'single');
  await eventually(async () => expect((await world.started()).at(-1)).toBe('t1'));
  for (const name of ['f2', 't0', 't1', 'f3']) await world.end('flooding', name);
  await eventually(async () => expect((await world.started()).slice(-3)).toEqual(['f4', 'f5', 'f6']));
});

test('fails a report with an event that cannot be read, and continues with the others', async () => {
  const world = openWorld();
  await world.request('a', 'broken');
  const { position } = await world.garbage('broken', 'ReportScoped');
  await world.request('a', 'sound');
  await world.turns(2);
  await eventually(async () => expect(await world.started()).toEqual(['sound']));
  const [, failed, ...rest] = await world.historyOf('broken');
  expect(failed).toMatchObject({ type: 'ReportFailed', data: { stage: 'scoping', code: 'history_unreadable' } });
  expect(JSON.stringify(failed?.data)).toContain(`evidence log show ${position}`);
  expect(rest).toEqual([]);
});

test.each([
  ['for a while', 5_000],
  ['but not until a clock that was set back reaches that time again', -3 * 60 * 60_000],
])('skips reports that cannot be started now, %s, and starts the others', async (_, passedMs) => {
  const world = openWorld();
  for (const name of ['stuck', 'a2']) await world.request('a', name);
  let isAway = true;
  const away: EventLog = {
    ...world.store,
    head: () => world.store.head(),
    readStream: (...args) => world.store.readStream(...args),
    async append(stream, ...args) {
      if (isAway && stream === streamOf.report(world.idOf('stuck'))) throw new EventStoreError('unavailable', 'away');
      return world.store.append(stream, ...args);
    },
  };
  const turns = await world.turns(9, away);
  await eventually(async () => expect(await world.started()).toEqual(['a2']));
  isAway = false;
  await world.request('a', 'a3');
  await eventually(async () => expect(await world.started()).toEqual(['a2', 'a3']));
  world.pass(passedMs);
  turns.wake();
  await eventually(async () => expect(await world.started()).toEqual(['a2', 'a3', 'stuck']));
});

test('a request in the stream of another report delays nobody', async () => {
  const world = openWorld();
  await world.request('a', 'a1', { reportId: world.idOf('ghost') });
  await world.request('a', 'a2');
  await world.turns(3);
  await eventually(async () => expect(await world.started()).toEqual(['a2']));
  expect(await world.historyOf('ghost')).toEqual([]);
});

test('gives the slot of a report that a stage has set aside to another, until it continues', async () => {
  const world = openWorld();
  for (const name of ['a1', 'a2', 'a3', 'a4']) await world.request('a', name);
  const turns = await world.turns(2);
  await eventually(async () => expect(await world.started()).toEqual(['a1']));
  turns.hearWaiting({ tenant: 'a', reportId: world.idOf('a1'), forMs: 60_000 });
  await eventually(async () => expect(await world.started()).toEqual(['a1', 'a2']));
  world.pass(60_000);
  await world.end('a', 'a2');
  await world.request('b', 'b1');
  // `a1` is in progress again, so only the other tenant has a turn.
  await eventually(async () => expect(await world.started()).toEqual(['a1', 'a2', 'b1']));
});

test('reports with templates take no slots of others, and one is left for another tenant', async () => {
  const world = openWorld();
  const template = { content: ['x'] };
  for (const name of ['t1', 't2']) await world.request('a', name, { template });
  for (const name of ['s1', 's2']) await world.request('a', name);
  await world.request('b', 't3', { template });
  await world.turns(3);
  await eventually(async () => expect((await world.started()).toSorted()).toEqual(['s1', 's2', 't1', 't3']));
  await world.end('b', 't3');
  await world.request('c', 's3');
  await eventually(async () => expect((await world.started()).at(-1)).toBe('s3'));
  await world.end('a', 't1');
  await eventually(async () => expect((await world.started()).at(-1)).toBe('t2'));
});
