import { mkdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ArtifactStore, openArtifactFolder } from '@evidence/artifacts';
import { type EventOf, type EventType, envelop, exampleMetadata, exampleOf, streamOf } from '@evidence/contracts';
import { type EventStore, openSqliteEventStore } from '@evidence/event-store';
import { createLogger } from '@evidence/runtime';
import { type TempFolder, tempFolder } from '@evidence/testkit';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { applyToDuties, DUTIES_SCHEMA, dutiesInSqlite } from '../src/adapters/duties-in-sqlite.js';
import { Expiry } from '../src/shell/expiry.js';

const now = () => new Date('2030-01-01T00:00:00.000Z');
const { reportId } = exampleOf('ReportReady');
const cause = { reportId, tenant: 'acme', eventId: '5e0b0f6a-1d52-5d6b-9a57-6a6f6f5b2f10' };
const life = ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady'] as const;

let folder: TempFolder;
let store: EventStore;
let db: DatabaseSync;
let artifacts: ArtifactStore;
let expiry: Expiry;
let ids = 0;

beforeEach(async () => {
  folder = await tempFolder();
  store = openSqliteEventStore({ file: ':memory:', now });
  db = new DatabaseSync(':memory:');
  db.exec(DUTIES_SCHEMA);
  artifacts = await openArtifactFolder({ folder: folder.path });
  onTestFinished(async () => {
    await store.close();
    await folder.remove();
  });
  const watch = { deadlineSeconds: 900, watchedSince: '2026-01-01T00:00:00.000Z' };
  const logger = createLogger('expiry', { level: 'silent' });
  expiry = new Expiry({ store, artifacts, duties: dutiesInSqlite(db), watch, now, logger });
});

async function append(stream: string, event: EventOf<EventType>): Promise<void> {
  ids += 1;
  const { schema: _, eventId: __, ...provenance } = exampleMetadata();
  const id = `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
  await store.append(stream, 'any', [envelop(id, event, provenance)]);
}
const appendExample = (stream: string, type: EventType) =>
  append(stream, { type, data: exampleOf(type) } as EventOf<EventType>);

/** What the projection does; a test leaves it out to have a view that is behind the log. */
async function followLog(): Promise<void> {
  for await (const event of store.readAll()) applyToDuties(event, db);
}
async function typesOf(name: string): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of store.readStream(name)) types.push(type);
  return types;
}
const stream = streamOf.report(reportId);

test('a hold in the log counts, even when the view has not seen it', async () => {
  for (const type of life) await appendExample(stream, type);
  await followLog();
  await appendExample(streamOf.tenant('acme'), 'LegalHoldPlaced');
  await expiry.work();
  expect(await typesOf(stream)).toEqual(life);
});

test('bytes under a hold stay, even when the view has not seen it', async () => {
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

test('what is done in a round is not done again in the next, before the view has seen it', async () => {
  for (const type of life) await appendExample(stream, type);
  await followLog();
  await expiry.work();
  await expiry.work();
  await expiry.expire(cause);
  expect(await typesOf(stream)).toEqual([...life, 'ReportExpired']);
});

test('blobs that cannot be removed now are removed in a later round, and hold up nothing else', async () => {
  const blob = await artifacts.put('acme', Buffer.from('to go'), 'text/plain');
  const path = join(folder.path, 'acme', blob.sha256.slice(0, 2), blob.sha256);
  const other = streamOf.report('rpt_2026_other');
  for (const type of life.slice(0, -1)) await appendExample(stream, type);
  await append(stream, { type: 'ReportReady', data: { ...exampleOf('ReportReady'), artifact: blob } });
  await appendExample(stream, 'ReportExpired');
  const requested = { ...exampleOf('ReportRequested'), reportId: 'rpt_2026_other' };
  await append(other, { type: 'ReportRequested', data: requested });
  await followLog();
  // A folder in its place is what no unlink removes, not even root's.
  await rename(path, `${path}.aside`);
  await mkdir(path);
  await expect(expiry.work()).rejects.toThrow(AggregateError);
  expect(await typesOf(other)).toEqual(['ReportRequested', 'ReportFailed']);
  await rmdir(path);
  await rename(`${path}.aside`, path);
  await expiry.work();
  expect(await artifacts.sizeOf('acme', blob.sha256)).toBeUndefined();
});

test('the instant of the next duty is that of the earliest of all kinds', async () => {
  expect(expiry.nextDueAt()).toBeUndefined();
  await appendExample(stream, 'ReportRequested');
  await followLog();
  const { requestedAt } = exampleOf('ReportRequested');
  expect(expiry.nextDueAt()).toBe(Date.parse(requestedAt) + 900_000);
  for (const type of life.slice(1)) await appendExample(stream, type);
  await followLog();
  expect(expiry.nextDueAt()).toBe(Date.parse(exampleOf('ReportReady').expiresAt));
});
