import { type EventOf, envelop, type ReportEventType, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import type { UnreadableEvent } from '@evidence/event-store';
import { type EventLog, eventLogOver, type LogDelivery, type LogEvent } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { RecentReports } from '../src/recent-reports.js';
import { now, reportIdOf } from './world.js';

const { eventId: _, schema: __, ...provenance } = exampleMetadata();
let ids = 0;

/** The events as a log returns them, all in the stream of report `n`. */
async function recorded(n: number, ...events: readonly EventOf<ReportEventType>[]): Promise<readonly LogEvent[]> {
  const log = eventLogOver(openSqliteEventStore({ file: ':memory:', now }));
  onTestFinished(() => log.close());
  const id = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`;
  const stream = streamOf.report(reportIdOf(n));
  await log.append(
    stream,
    'no_stream',
    events.map(({ type, data }) =>
      envelop(id(), { type, data: { ...data, reportId: reportIdOf(n) } } as EventOf<ReportEventType>, provenance),
    ),
  );
  return Array.fromAsync(log.readStream(stream));
}

const event = <T extends ReportEventType>(type: T) =>
  ({ type, data: exampleOf(type) }) as unknown as EventOf<ReportEventType>;
const scopedReport = (n: number) =>
  recorded(n, event('ReportRequested'), event('ReportStarted'), event('ReportScoped'));

const eventOf = (each: LogEvent): LogDelivery => ({ kind: 'event', event: each });

/** What the relay of mapping gets when its subscription delivers this, in one batch. */
async function follow(recent: RecentReports, deliveries: readonly LogDelivery[]): Promise<readonly LogDelivery[]> {
  const filters: unknown[] = [];
  const store = {
    async *subscribe({ filter }: { readonly filter?: unknown }) {
      filters.push(filter);
      yield deliveries;
    },
  } as unknown as EventLog;
  const log = recent.logFor(store, ['ReportMapped', 'ReportFailed']);
  const batches = await Array.fromAsync(log.subscribe({ signal: new AbortController().signal }));
  const types = ['ReportMapped', 'ReportFailed', 'ReportRequested', 'ReportStarted', 'ReportScoped'];
  expect(filters).toEqual([{ types }]);
  return batches.flat();
}

const recentReports = () => new RecentReports(['ReportRequested', 'ReportStarted', 'ReportScoped']);

test('has the stream of a report that was seen from its request, if its last event is the one that is asked for', async () => {
  const recent = recentReports();
  const events = await scopedReport(1);
  const [requested, , scoped] = events;
  const hidden = events.map(({ position }) => ({ kind: 'checkpoint', position }));
  expect(await follow(recent, events.map(eventOf))).toEqual(hidden);
  const reading = { events, unreadable: [], revision: 2n, isWhole: true };
  expect(recent.endingWith(scoped?.id ?? '', reportIdOf(1))).toEqual(reading);
  expect(recent.endingWith(requested?.id ?? '', reportIdOf(1))).toBeUndefined();
  expect(recent.endingWith(scoped?.id ?? '', reportIdOf(2))).toBeUndefined();
});

test('passes on what the service itself publishes, and forgets its report', async () => {
  const recent = recentReports();
  const events = await recorded(1, event('ReportRequested'), event('ReportStarted'), event('ReportFailed'));
  const [, started, failed] = events;
  const delivered = await follow(recent, events.map(eventOf));
  expect(delivered.at(-1)).toEqual({ kind: 'event', event: failed });
  expect(recent.endingWith(started?.id ?? '', reportIdOf(1))).toBeUndefined();
});

test.each<[string, (events: readonly LogEvent[]) => readonly LogDelivery[]]>([
  ['that was requested before the subscription', (events) => events.slice(1).map(eventOf)],
  ['with an event that was not delivered', ([first, , third]) => [first, third].map((each) => eventOf(each!))],
  [
    'with an event that cannot be read',
    ([first, second, third]) => [
      eventOf(first!),
      { kind: 'unreadable', event: second as unknown as UnreadableEvent },
      eventOf(third!),
    ],
  ],
])('does not have a report %s', async (_, deliveriesOf) => {
  const recent = recentReports();
  const events = await scopedReport(1);
  const deliveries = deliveriesOf(events);
  const delivered = await follow(recent, deliveries);
  expect(delivered.map(({ kind }) => kind)).toEqual(deliveries.map(() => 'checkpoint'));
  for (const { id } of events) expect(recent.endingWith(id, reportIdOf(1))).toBeUndefined();
});

test('forgets a report that somebody else has failed, without passing that on', async () => {
  const recent = recentReports();
  const store = eventLogOver(openSqliteEventStore({ file: ':memory:', now }));
  onTestFinished(() => store.close());
  const [requested, started] = [event('ReportRequested'), event('ReportStarted')];
  const ids = ['1', '2', '3'].map((n) => `00000000-0000-4000-8001-00000000000${n}`) as [string, string, string];
  const stream = streamOf.report(reportIdOf(1));
  const written = [requested, started].map((each, n) => envelop(ids[n]!, each, provenance));
  await store.append(stream, 'no_stream', written);
  const over = new AbortController();
  const passed: LogDelivery[] = [];
  const has = () => recent.endingWith(ids[1], reportIdOf(1)) !== undefined;
  for await (const batch of recent.logFor(store, ['ReportMapped']).subscribe({ signal: over.signal })) {
    passed.push(...batch);
    if (passed.some(({ kind }) => kind === 'caught_up') && has())
      await store.append(stream, 1n, [envelop(ids[2], event('ReportFailed'), provenance)]);
    else if (passed.length > 3) over.abort();
  }
  expect(has()).toBe(false);
  expect(passed.map(({ kind }) => kind)).toEqual(['checkpoint', 'checkpoint', 'caught_up', 'checkpoint']);
});

test('does not keep a report with a template, which may be large', async () => {
  const recent = recentReports();
  const template = { version: 1, pages: [] } as never;
  const request = { type: 'ReportRequested', data: { ...exampleOf('ReportRequested'), template } } as const;
  const [requested] = await recorded(1, event('ReportRequested'));
  await follow(recent, [eventOf({ ...requested, data: request.data } as LogEvent)]);
  expect(recent.endingWith(requested?.id ?? '', reportIdOf(1))).toBeUndefined();
});

test('forgets everything when the log is followed anew, because it may be another one', async () => {
  const recent = recentReports();
  const events = await scopedReport(1);
  await follow(recent, events.map(eventOf));
  await follow(recent, [{ kind: 'caught_up' }]);
  expect(recent.endingWith(events[2]?.id ?? '', reportIdOf(1))).toBeUndefined();
});

test('keeps the 128 reports that something has happened to last', async () => {
  const recent = recentReports();
  const first = await scopedReport(1000);
  const others = await Promise.all(Array.from({ length: 128 }, (_, n) => recorded(n, event('ReportRequested'))));
  const [requested, ...rest] = first.map(eventOf);
  await follow(recent, [requested!, ...others.slice(0, 127).map(([only]) => eventOf(only!)), ...rest]);
  expect(recent.endingWith(first[2]?.id ?? '', reportIdOf(1000))).toBeDefined();
  await follow(recent, [...first.map(eventOf), ...others.map(([only]) => eventOf(only!))]);
  expect(recent.endingWith(first[2]?.id ?? '', reportIdOf(1000))).toBeUndefined();
  expect(recent.endingWith(others[0]?.[0]?.id ?? '', reportIdOf(0))).toBeDefined();
});
