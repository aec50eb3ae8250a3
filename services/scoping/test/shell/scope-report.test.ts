import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifactFolder } from '@evidence/artifacts';
import {
  envelop,
  type ReportEvent,
  type ReportScoped,
  type ScopeLine,
  scopeLinesIn,
  streamOf,
} from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { derivedEventId, EventStoreError } from '@evidence/event-store';
import { eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import type { EvidenceLog } from '@evidence/scope';
import { expect, onTestFinished, test } from 'vitest';
import { recordedFinding, recordedScan } from '../../../../packages/scope/src/recorded-evidence.js';
import { ScopeReport } from '../../src/shell/scope-report.js';

const now = () => new Date('2026-05-22T10:35:01Z');
const { eventId, schema: _, ...provenance } = exampleMetadata();
const request = exampleOf('ReportRequested');
const scan = exampleOf('ScanRecorded');
const finding = exampleOf('FindingRecorded');

async function openScoping(evidence: EvidenceLog) {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-scoping-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const store = eventLogOver(openSqliteEventStore({ file: ':memory:', now }));
  const artifacts = await openArtifactFolder({ folder });
  const requested = envelop(eventId, { type: 'ReportRequested', data: request }, provenance);
  const { position } = await store.append(streamOf.report(request.reportId), 'no_stream', [requested]);
  const startId = derivedEventId(eventId, 'ReportStarted');
  const started = envelop(startId, { type: 'ReportStarted', data: exampleOf('ReportStarted') }, provenance);
  const start = () => store.append(streamOf.report(request.reportId), 'any', [started]);
  const cause = { reportId: request.reportId, tenant: request.tenant, eventId: startId };
  const history = async () => {
    const events = [];
    for await (const recorded of store.readStream(streamOf.report(request.reportId))) events.push(recorded);
    return events;
  };
  return {
    scopeReport: new ScopeReport({ store, artifacts, evidence, tell: () => undefined, now }),
    store,
    artifacts,
    position,
    start,
    cause,
    history,
  };
}

const { discoveredAt } = finding;
const sightings = { firstSeenAt: discoveredAt, lastSeenAt: discoveredAt, observations: 1 };

const known: EvidenceLog = {
  asOf: async () => ({
    openElsewhen: [],
    unreadableEvents: 0,
    tallies: [{ endpointId: finding.endpointId, day: '2026-05-20', severity: finding.severity, findings: 1 }],
    scans: [{ scan: recordedScan(scan), isSuperseded: false }],
    findings: [{ recorded: recordedFinding(finding), sightings, status: 'open' }],
  }),
};

test('stores the snapshot of a started report, as of its request, and records the counts', async () => {
  const { scopeReport, artifacts, position, start, cause, history } = await openScoping(known);
  await start();
  await scopeReport.handle(cause);
  const [, , scoped] = await history();
  const counts = { considered: 1, included: 1, excluded: {}, scans: 1 };
  const dataAsOf = { position: position.toString(), at: request.requestedAt };
  expect(scoped).toMatchObject({
    type: 'ReportScoped',
    data: { counts, dataAsOf },
    metadata: { actor: 'service:scoping', causationId: cause.eventId },
  });
  const { snapshot } = (scoped as { data: ReportScoped }).data;
  const stored: ScopeLine[] = await Array.fromAsync(scopeLinesIn(artifacts.read('acme', snapshot.sha256)));
  expect(stored.flatMap((line) => line.finding?.id ?? [])).toEqual([finding.findingId]);
  expect(snapshot.mediaType).toBe('application/vnd.evidence.scope+jsonl');
});

test('does nothing before the start, or when the start is delivered again', async () => {
  const { scopeReport, start, cause, history } = await openScoping(known);
  await scopeReport.handle(cause);
  expect(await history()).toHaveLength(1);
  await start();
  await scopeReport.handle(cause);
  const before = await history();
  await scopeReport.handle(cause);
  expect(await history()).toEqual(before);
});

test('resolves a report once, even if its start is delivered while it works', async () => {
  const view = Promise.withResolvers<void>();
  let asked = 0;
  const slow: EvidenceLog = {
    asOf: async (...question) => {
      asked += 1;
      await view.promise;
      return known.asOf(...question);
    },
  };
  const { scopeReport, start, cause, history } = await openScoping(slow);
  await start();
  const both = [scopeReport.handle(cause), scopeReport.handle(cause)];
  view.resolve();
  await Promise.all(both);
  expect(asked).toBe(1);
  expect((await history()).map(({ type }) => type)).toEqual(['ReportRequested', 'ReportStarted', 'ReportScoped']);
});

test('finishes on redelivery after the view was behind', async () => {
  const behind = new EventStoreError('unavailable', 'The view is behind.');
  let deliveries = 0;
  const late: EvidenceLog = {
    asOf: async (...asked) => {
      deliveries += 1;
      if (deliveries === 1) throw behind;
      return known.asOf(...asked);
    },
  };
  const { scopeReport, start, cause, history } = await openScoping(late);
  await start();
  await expect(scopeReport.handle(cause)).rejects.toBe(behind);
  await scopeReport.handle(cause);
  expect((await history()).map(({ type }) => type)).toEqual(['ReportRequested', 'ReportStarted', 'ReportScoped']);
});

test('a lost snapshot is stored again when the start is delivered again, or refused if the log gives another one', async () => {
  let evidence = known;
  const { scopeReport, store, artifacts, start, cause, history } = await openScoping({
    asOf: (...asked) => evidence.asOf(...asked),
  });
  await start();
  await scopeReport.handle(cause);
  const before = await history();
  const { sha256 } = (before.at(-1) as { data: ReportScoped }).data.snapshot;

  await artifacts.remove('acme', sha256);
  await scopeReport.handle(cause);
  expect(await artifacts.sizeOf('acme', sha256)).toBeGreaterThan(0);

  const ready = (['ReportMapped', 'ReportReady'] as const).map((type, index) =>
    envelop(`00000000-0000-4000-8000-00000000000${index}`, { type, data: exampleOf(type) } as ReportEvent, provenance),
  );
  await store.append(streamOf.report(request.reportId), 'any', ready);
  await artifacts.remove('acme', sha256);
  await scopeReport.handle(cause);
  expect(await artifacts.sizeOf('acme', sha256)).toBeGreaterThan(0);

  await artifacts.remove('acme', sha256);
  evidence = { asOf: async (...asked) => ({ ...(await known.asOf(...asked)), tallies: [], findings: [] }) };
  await expect(scopeReport.handle(cause)).rejects.toMatchObject({
    code: 'snapshot_not_reproducible',
    retryable: false,
  });
  expect(await history()).toHaveLength(before.length + ready.length);
});
