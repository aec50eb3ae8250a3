import { randomUUID } from 'node:crypto';
import { mkdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ArtifactStore, openArtifactFolder } from '@evidence/artifacts';
import { type EventOf, type EventType, envelop, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import type { EventStore, UnreadableEvent } from '@evidence/event-store';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { createLogger } from '@evidence/runtime';
import { type TempFolder, tempFolder } from '@evidence/testkit';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  applyToDuties,
  applyUnreadableToDuties,
  DUTIES_SCHEMA,
  dutiesInViewFile,
} from '../../src/adapters/duties-in-view-file.js';
import { Expiry } from '../../src/shell/expiry.js';
import { type ClockState, tickLogClock } from '../../src/shell/log-clock.js';

const START = '2030-01-01T00:00:00.000Z';
let at = new Date(START);
const now = () => at;
const { reportId } = exampleOf('ReportReady');
const cause = { reportId, tenant: 'acme', eventId: '5e0b0f6a-1d52-5d6b-9a57-6a6f6f5b2f10' };
const life = ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady'] as const;

let folder: TempFolder;
let plain: EventStore;
let store: EventLog;
let db: DatabaseSync;
let artifacts: ArtifactStore;
let expiry: Expiry;
let clock: ClockState;
let ids = 0;

beforeEach(async () => {
  at = new Date(START);
  folder = await tempFolder();
  plain = openSqliteEventStore({ file: ':memory:', now });
  store = eventLogOver(plain);
  db = new DatabaseSync(':memory:');
  db.exec(DUTIES_SCHEMA);
  artifacts = await openArtifactFolder({ folder: folder.path });
  onTestFinished(async () => {
    await store.close();
    await folder.remove();
  });
  const logger = createLogger('expiry', { level: 'silent' });
  clock = {};
  expiry = new Expiry({ store, artifacts, duties: dutiesInViewFile(db), tick: async () => clock, now, logger });
});

async function append(stream: string, event: EventOf<EventType>): Promise<void> {
  ids += 1;
  const { schema: _, eventId: __, ...provenance } = exampleMetadata();
  const id = `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
  await store.append(stream, 'any', [envelop(id, event, provenance)]);
}
const appendExample = (stream: string, type: EventType) =>
  append(stream, { type, data: exampleOf(type) } as EventOf<EventType>);

/** Does the projection's work. A test leaves it out to have a view that is behind the log. */
async function followLog(): Promise<void> {
  const onUnreadable = (event: UnreadableEvent): void => applyUnreadableToDuties(event, db);
  for await (const event of store.readAll({ onUnreadable })) applyToDuties(event, db);
}
async function typesOf(name: string): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of plain.readStream(name)) types.push(type);
  return types;
}
const stream = streamOf.report(reportId);

test('leaves a ready report to the clock if the message claims a later end', () => {
  const claims = { expiresAt: '2026-11-23T10:00:00.000Z' };
  at = new Date('2026-11-23T09:59:59Z');
  expect(expiry.isLater({ claims })).toBe(true);
  at = new Date(claims.expiresAt);
  expect(expiry.isLater({ claims })).toBe(false);
  for (const none of [{}, { claims: {} }, { claims: { expiresAt: 'never' } }, { claims: { expiresAt: 9e15 } }])
    expect(expiry.isLater(none)).toBe(false);
});

test('a hold in the log counts, even if the view does not have it yet', async () => {
  for (const type of life) await appendExample(stream, type);
  await followLog();
  await appendExample(streamOf.tenant('acme'), 'LegalHoldPlaced');
  await expiry.work();
  expect(await typesOf(stream)).toEqual(life);
});

test('bytes under a hold stay, even if the view does not have it yet', async () => {
  const blob = await artifacts.put('acme', Buffer.from('kept'), 'text/plain');
  for (const type of life.slice(0, -1)) await appendExample(stream, type);
  await append(stream, { type: 'ReportReady', data: { ...exampleOf('ReportReady'), artifact: blob } });
  await appendExample(stream, 'ReportExpired');
  await followLog();
  await appendExample(streamOf.tenant('acme'), 'LegalHoldPlaced');
  await expiry.work();
  expect(await artifacts.sizeOf('acme', blob.sha256)).toBe(4);
  await appendExample(streamOf.tenant('acme'), 'LegalHoldReleased');
  await expiry.work();
  expect(await artifacts.sizeOf('acme', blob.sha256)).toBeUndefined();
  expect(expiry.nextDueAt()).toBeUndefined();
});

test('a duty that is done is not repeated in the next round, before the view has it', async () => {
  for (const type of life) await appendExample(stream, type);
  await followLog();
  await expiry.work();
  await expiry.work();
  await expiry.expire(cause);
  expect(await typesOf(stream)).toEqual([...life, 'ReportExpired']);
});

test('blobs that cannot be removed now are removed in a later round, and delay nothing else', async () => {
  const blob = await artifacts.put('acme', Buffer.from('to go'), 'text/plain');
  const path = join(folder.path, 'acme', blob.sha256.slice(0, 2), blob.sha256);
  const other = streamOf.report('rpt_2026_other');
  for (const type of life.slice(0, -1)) await appendExample(stream, type);
  await append(stream, { type: 'ReportReady', data: { ...exampleOf('ReportReady'), artifact: blob } });
  await appendExample(stream, 'ReportExpired');
  const requested = { ...exampleOf('ReportRequested'), reportId: 'rpt_2026_other' };
  await append(other, { type: 'ReportRequested', data: requested });
  await followLog();
  // Not even root can unlink a folder.
  await rename(path, `${path}.aside`);
  await mkdir(path);
  await expect(expiry.work()).rejects.toThrow(AggregateError);
  expect(await typesOf(other)).toEqual(['ReportRequested', 'ReportFailed']);
  await rmdir(path);
  await rename(`${path}.aside`, path);
  at = new Date(at.getTime() + 5_000);
  await expiry.work();
  expect(await artifacts.sizeOf('acme', blob.sha256)).toBeUndefined();
});

test('the next duty is the earliest of all kinds', async () => {
  expect(expiry.nextDueAt()).toBeUndefined();
  await appendExample(stream, 'ReportRequested');
  await followLog();
  const { requestedAt } = exampleOf('ReportRequested');
  expect(expiry.nextDueAt()).toBe(Date.parse(requestedAt) + 900_000);
  for (const type of life.slice(1)) await appendExample(stream, type);
  await followLog();
  expect(expiry.nextDueAt()).toBe(Date.parse(exampleOf('ReportReady').expiresAt));
});

test('a clock that jumped expires and prunes nothing until it is confirmed', async () => {
  for (const type of life) await appendExample(stream, type);
  await followLog();
  clock = { suspect: { reason: 'stepped', bySeconds: 7200, since: '2030-01-01T00:00:00.000Z' } };
  await expiry.work();
  expect(await typesOf(stream)).toEqual(life);
  expect(expiry.suspect).toEqual(clock.suspect);
  clock = {};
  await expiry.work();
  expect(await typesOf(stream)).toEqual([...life, 'ReportExpired']);
});

test('failing reports do not delay the others, however many there are', async () => {
  // All of them are due before the good one.
  const dataOf = (type: EventType, id: string) => ({
    ...exampleOf(type),
    reportId: id,
    ...(type === 'ReportReady' && {
      expiresAt: id === reportId ? '2029-06-01T00:00:00.000Z' : '2029-01-01T00:00:00.000Z',
    }),
  });
  const failing = Array.from({ length: 560 }, (_, n) => `rpt_2026_${String(n).padStart(26, 'a')}`);
  for (const id of [...failing, reportId]) {
    const from = id === reportId ? 0 : life.length - 1;
    for (const type of life.slice(from)) await append(streamOf.report(id), { type, data: dataOf(type, id) } as never);
  }
  await followLog();
  const isFailing = (name: string) => failing.some((id) => name === streamOf.report(id));
  const readStream: EventLog['readStream'] = (name, options) => {
    if (isFailing(name)) throw new Error('cannot be read');
    return store.readStream(name, options);
  };
  const parts = { artifacts, duties: dutiesInViewFile(db), tick: async () => clock, now };
  const hindered = new Expiry({
    ...parts,
    store: { ...store, readStream },
    logger: createLogger('expiry', { level: 'silent' }),
  });
  await expect(hindered.work()).rejects.toThrow(/500 duties failed/);
  await expect(hindered.work()).rejects.toThrow(/60 duties failed/);
  expect(await typesOf(stream)).toEqual([...life, 'ReportExpired']);
  await followLog();
  await hindered.work();
  expect(hindered.nextDueAt()).toBeGreaterThan(now().getTime());
});

test('a failed duty is retried after a while, even if the clock was set back meanwhile', async () => {
  for (const type of life) await appendExample(stream, type);
  await followLog();
  let isAway = true;
  const readStream: EventLog['readStream'] = (name, options) => {
    if (isAway) throw new Error('away');
    return store.readStream(name, options);
  };
  const parts = { artifacts, duties: dutiesInViewFile(db), tick: async () => clock, now };
  const logger = createLogger('expiry', { level: 'silent' });
  const hindered = new Expiry({ ...parts, store: { ...store, readStream }, logger });
  await expect(hindered.work()).rejects.toThrow(/1 duties failed/);
  isAway = false;
  await hindered.work();
  expect(await typesOf(stream)).toEqual(life);
  at = new Date(at.getTime() - 3 * 60 * 60_000);
  await hindered.work();
  expect(await typesOf(stream)).toEqual([...life, 'ReportExpired']);
});

test('two instances tick the clock of the log together, once a minute', async () => {
  let wallMs = Date.parse('2026-05-22T10:35:00.000Z');
  const instance = (bootId: string) => () =>
    tickLogClock({ store, reading: () => ({ wallMs, monotonicMs: wallMs, bootId }), newId: () => randomUUID() });
  const [one, other] = [instance(randomUUID()), instance(randomUUID())] as const;
  for (let minute = 0; minute < 3; minute++) {
    await Promise.all([one(), other(), one()]);
    wallMs += 60_000;
  }
  expect(await typesOf(streamOf.clock())).toEqual(['ClockTicked', 'ClockTicked', 'ClockTicked']);
  wallMs += 48 * 60 * 60_000;
  expect((await other()).suspect).toBeDefined();
  wallMs += 60_000;
  expect((await one()).suspect).toMatchObject({ bySeconds: 172_860 });
});

test('a hold that cannot be read keeps report and bytes, even if a message arrives, and overdue reports still fail', async () => {
  const blob = await artifacts.put('acme', Buffer.from('kept'), 'text/plain');
  const [expired, overdue] = ['rpt_2026_expired', 'rpt_2026_overdue'];
  for (const type of life) await appendExample(stream, type);
  for (const type of [...life, 'ReportExpired'] as const) {
    const data = { ...exampleOf(type), reportId: expired, ...(type === 'ReportReady' && { artifact: blob }) };
    await append(streamOf.report(expired), { type, data } as EventOf<EventType>);
  }
  const requested = { ...exampleOf('ReportRequested'), reportId: overdue };
  await append(streamOf.report(overdue), { type: 'ReportRequested', data: requested });
  const broken = { id: '00000000-0000-4000-8000-00000000beef', data: { reportId: 7 }, metadata: {} };
  await plain.append(streamOf.report(overdue), 'any', [{ ...broken, type: 'ReportScoped' }]);
  await plain.append(streamOf.tenant('acme'), 'any', [{ ...broken, type: 'LegalHoldPlaced' }]);
  await followLog();

  await expiry.work();
  await expiry.expire(cause);
  await expiry.prune({ reportId: expired, tenant: 'acme' });
  expect(await typesOf(stream)).toEqual(life);
  expect(await artifacts.sizeOf('acme', blob.sha256)).toBe(4);
  expect(await typesOf(streamOf.report(overdue))).toEqual(['ReportRequested', 'ReportScoped', 'ReportFailed']);
});
