import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openArtifactFolder } from '@evidence/artifacts';
import {
  canonicalJson,
  envelop,
  mappingLinesIn,
  mappingOfLines,
  type ReportEvent,
  type ReportMapped,
  type ScopeSnapshot,
  streamOf,
} from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { eventLogOver, readStreamOnce } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { loadFrameworks, openArchive } from '@evidence/frameworks/load';
import { smallDisk, type TempFolder, tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { MapReport } from '../../src/shell/map-report.js';

const now = () => new Date('2026-05-22T10:35:01Z');
const { eventId: _, schema: __, ...provenance } = exampleMetadata();
const id = (n: number) => `00000000-0000-4000-8000-${n.toString().padStart(12, '0')}`;
const request = exampleOf('ReportRequested');
const dataAsOf = { position: '1', at: request.requestedAt };
const counts = { considered: 0, included: 0, excluded: {} };
const scope: ScopeSnapshot = {
  tenant: 'acme',
  scope: request.scope,
  findings: [],
  dispositions: [],
  scans: [],
  counts,
};

async function scopedReport(disk?: TempFolder) {
  const { path: folder, remove } = disk ?? (await tempFolder());
  onTestFinished(remove);
  const store = eventLogOver(openSqliteEventStore({ file: ':memory:', now }));
  const artifacts = await openArtifactFolder({ folder });
  const snapshot = await artifacts.put('acme', canonicalJson(scope), 'application/json');
  const { reportId } = request;
  const past: ReportEvent[] = [
    { type: 'ReportRequested', data: request },
    { type: 'ReportStarted', data: exampleOf('ReportStarted') },
    {
      type: 'ReportScoped',
      data: { reportId, scopedAt: request.requestedAt, dataAsOf, snapshot, counts: { ...counts, scans: 0 } },
    },
  ];
  await store.append(
    streamOf.report(reportId),
    'no_stream',
    past.map((event, index) => envelop(id(index), event, provenance)),
  );
  const mappings = async () => {
    const found: ReportMapped[] = [];
    for await (const { type, data } of store.readStream(streamOf.report(reportId))) {
      if (type === 'ReportMapped') found.push(data as ReportMapped);
    }
    return found;
  };
  const told: number[] = [];
  const retold: string[] = [];
  const mapReport = new MapReport({
    store,
    artifacts,
    rules: { installed: loadFrameworks(), archive: openArchive() },
    tell: ({ percent }) => void told.push(percent),
    retell: async (_, type) => void retold.push(type),
    now,
  });
  return {
    mapReport,
    store,
    told,
    retold,
    cause: { reportId, tenant: 'acme', eventId: id(2) },
    mappings,
    artifacts,
    snapshot,
    fileOf: ({ sha256 }: { readonly sha256: string }) => join(folder, 'acme', sha256.slice(0, 2), sha256),
  };
}

test('maps a scoped report, and stores a mapping that keeps its contract', async () => {
  const { mapReport, told, cause, mappings, artifacts, snapshot } = await scopedReport();
  await mapReport.handle(cause);
  expect(told).toEqual([5, 95]);
  const [mapped] = await mappings();
  expect(mapped).toMatchObject({ scopeSnapshot: snapshot, counts: { findings: 0, refs: 0, overlaps: 0 } });
  expect(mapped?.snapshot.mediaType).toBe('application/vnd.evidence.mapping+jsonl');
  const { scopeSnapshotSha256 } = await mappingOfLines(
    mappingLinesIn(artifacts.read('acme', mapped?.snapshot.sha256 ?? '')),
  );
  expect(scopeSnapshotSha256).toBe(snapshot.sha256);
});

test('does nothing when the message is delivered again', async () => {
  const { mapReport, cause, mappings } = await scopedReport();
  await mapReport.handle(cause);
  await mapReport.handle(cause);
  expect(await mappings()).toHaveLength(1);
});

test('finds out at the append that the history it was given is stale, and decides again', async () => {
  const { mapReport, store, cause, mappings } = await scopedReport();
  const stream = streamOf.report(cause.reportId);
  const history = await readStreamOnce(store, stream);
  await mapReport.handle(cause, history);
  await mapReport.handle(cause, history);
  expect(await mappings()).toHaveLength(1);

  const failing = await scopedReport();
  const before = await readStreamOnce(failing.store, stream);
  const failed = { ...exampleOf('ReportFailed'), reportId: cause.reportId };
  await failing.store.append(stream, 2n, [envelop(id(3), { type: 'ReportFailed', data: failed }, provenance)]);
  await failing.mapReport.handle(failing.cause, before);
  expect(await failing.mappings()).toEqual([]);
});

test.each([
  ['gone', (file: string) => rm(file)],
  ['damaged', (file: string) => writeFile(file, '{}')],
])('scoping is asked for a snapshot that is %s, and nothing is mapped until it is back', async (_, damage) => {
  const { mapReport, retold, cause, mappings, artifacts, snapshot, fileOf } = await scopedReport();
  await damage(fileOf(snapshot));
  await expect(mapReport.handle(cause)).rejects.toMatchObject({ code: 'scope_snapshot_lost', retryable: true });
  expect(retold).toEqual(['ReportStarted']);
  expect(await mappings()).toEqual([]);
  await artifacts.put('acme', canonicalJson(scope), 'application/json');
  await mapReport.handle(cause);
  expect(await mappings()).toHaveLength(1);
});

test('a full disk delays the mapping, and leaves no files', async (context) => {
  const disk = await smallDisk(1);
  if (!disk) return context.skip('this user may not mount a small disk');
  const { mapReport, cause, mappings } = await scopedReport(disk);
  const ballast = join(disk.path, 'ballast');
  await expect(writeFile(ballast, Buffer.alloc(2 * 1024 * 1024))).rejects.toMatchObject({ code: 'ENOSPC' });
  await expect(mapReport.handle(cause)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  expect(await mappings()).toEqual([]);
  expect(await readdir(join(disk.path, '.drafts'))).toEqual([]);
  await rm(ballast);
  await mapReport.handle(cause);
  expect(await mappings()).toHaveLength(1);
});

test('a lost mapping is stored again when the message is delivered again', async () => {
  const { mapReport, store, cause, mappings, artifacts } = await scopedReport();
  await mapReport.handle(cause);
  const { sha256 } = (await mappings())[0]!.snapshot;
  await artifacts.remove('acme', sha256);
  await mapReport.handle(cause);
  expect(await artifacts.sizeOf('acme', sha256)).toBeGreaterThan(0);

  const ready = { type: 'ReportReady', data: exampleOf('ReportReady') } as const;
  await store.append(streamOf.report(request.reportId), 'any', [envelop(id(9), ready, provenance)]);
  await artifacts.remove('acme', sha256);
  await mapReport.handle(cause);
  expect(await artifacts.sizeOf('acme', sha256)).toBeGreaterThan(0);
  expect(await mappings()).toHaveLength(1);
});
