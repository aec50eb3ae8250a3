import { randomUUID } from 'node:crypto';
import { type EventType, envelop, type ReportEvent, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import type { Decider } from '@evidence/decider';
import type { EventStore, NewEvent } from '@evidence/event-store';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failReport, type ReportLife, reportLife } from '../src/index.js';
import { type Cause, decideOnReport, failOnReport, readReport } from '../src/stage.js';

const { reportId, tenant } = exampleOf('ReportRequested');
const STREAM = streamOf.report(reportId);
const now = () => new Date('2026-11-29T12:00:00.000Z');
const cause: Cause = { reportId, tenant: 'whoever', eventId: 'a cause' };
const FAIL = { type: 'FailReport' as const, data: exampleOf('ReportFailed') };
const start: Decider<{ type: 'Start'; data: object }, ReportLife, ReportEvent> = {
  ...reportLife,
  decide: (_, { phase }) => (phase === 'queued' ? [{ type: 'ReportStarted', data: exampleOf('ReportStarted') }] : []),
};

let store: EventStore;
let log: EventLog;
beforeEach(() => {
  store = openSqliteEventStore({ file: ':memory:', now });
  log = eventLogOver(store);
});
afterEach(() => log.close());

function written(type: EventType, data: object = {}): NewEvent {
  const { eventId: _, schema: __, ...provenance } = exampleMetadata();
  return envelop(randomUUID(), { type, data: { ...exampleOf(type), reportId, ...data } } as never, provenance);
}
const broken = (type: EventType): NewEvent => ({ ...written(type), data: { reportId: 7 } });
const newer = (type: EventType): NewEvent => {
  const event = written(type);
  return { ...event, metadata: { ...event.metadata, schema: `${type}.v99` } };
};
const past = (...events: NewEvent[]) => store.append(STREAM, 'no_stream', events);

const writer = () => ({ store: log, actor: 'service:scoping', now });
const starting = () => decideOnReport(writer(), start, { type: 'Start', data: {} }, cause);
const failing = () => failOnReport(writer(), failReport, FAIL, cause);
const stored = async () => {
  const types: string[] = [];
  for await (const { type } of store.readStream(STREAM)) types.push(type);
  return types;
};

describe('a report with an event that cannot be read', () => {
  test.each([
    ['broken', broken, false],
    ['newer', newer, true],
  ] as const)(
    'is not decided on if the event is %s, and the error says whether waiting helps',
    async (_, bad, retryable) => {
      await past(written('ReportRequested'), bad('ReportScoped'));
      await expect(starting()).rejects.toMatchObject({ code: 'history_unreadable', retryable });
      await expect(readReport(log, reportId)).rejects.toMatchObject({ code: 'history_unreadable', retryable });
      expect(await stored()).toEqual(['ReportRequested', 'ReportScoped']);
    },
  );

  test('is not worth waiting for if no build can read one of several events', async () => {
    await past(written('ReportRequested'), newer('ReportStarted'), broken('ReportScoped'), newer('ReportMapped'));
    await expect(starting()).rejects.toMatchObject({ retryable: false, event: { type: 'ReportScoped' } });
  });

  test.each([
    ['broken', broken],
    ['newer', newer],
  ])('can be failed if the event is %s, once, in the name of its tenant', async (_, bad) => {
    await past(written('ReportRequested'), bad('ReportScoped'), { ...written('ReportReady'), type: 'Foreign' });
    await failing();
    await failing();
    expect(await stored()).toEqual(['ReportRequested', 'ReportScoped', 'Foreign', 'ReportFailed']);
    for await (const { metadata } of store.readStream(STREAM, { from: 3n })) expect(metadata).toMatchObject({ tenant });
  });

  test('has failed, regardless of the rest of its history', async () => {
    await past(written('ReportRequested'), newer('ReportScoped'), written('ReportFailed'));
    expect((await starting()).events).toEqual([]);
    expect((await readReport(log, reportId)).life).toMatchObject({ phase: 'failed' });
  });

  test.each(['ReportReady', 'ReportFailed', 'ReportExpired'] as const)(
    'is not failed if a newer build may have ended it: %s',
    async (type) => {
      await past(written('ReportRequested'), newer(type));
      expect((await failing()).events).toEqual([]);
      expect(await stored()).toEqual(['ReportRequested', type]);
    },
  );

  test('is failed if its event ReportReady is broken, because nobody can download it', async () => {
    await past(written('ReportRequested'), broken('ReportReady'));
    expect((await failing()).events).toHaveLength(1);
  });

  test('is left alone if its request cannot be read', async () => {
    await past(broken('ReportRequested'));
    expect((await failing()).events).toEqual([]);
  });
});
