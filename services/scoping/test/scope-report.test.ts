import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifactFolder } from '@evidence/artifacts';
import {
  assertEvent,
  envelop,
  exampleMetadata,
  exampleOf,
  type ReportScoped,
  type ScopeSnapshot,
  streamOf,
} from '@evidence/contracts';
import { EventStoreError, openSqliteEventStore, withValidation } from '@evidence/event-store';
import { expect, onTestFinished, test } from 'vitest';
import { recordedFinding, recordedScan } from '../src/core/recorded-evidence.js';
import type { EvidenceLog } from '../src/ports.js';
import { type RequestEvent, ScopeReport } from '../src/shell/scope-report.js';

const now = () => new Date('2026-05-22T10:35:01Z');
const { eventId, schema: _, ...provenance } = exampleMetadata();
const request = exampleOf('ReportRequested');
const scan = exampleOf('ScanRecorded');
const finding = exampleOf('FindingRecorded');

async function openScoping(evidence: EvidenceLog) {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-scoping-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const store = withValidation(openSqliteEventStore({ file: ':memory:', now }), { event: assertEvent });
  const artifacts = await openArtifactFolder({ folder });
  const requested = envelop(eventId, { type: 'ReportRequested', data: request }, provenance);
  const { position } = await store.append(streamOf.report(request.reportId), 'no_stream', [requested]);
  const event: RequestEvent = {
    reportId: request.reportId,
    tenant: request.tenant,
    eventId,
    position,
    occurredAt: request.requestedAt,
  };
  const history = async () => {
    const events = [];
    for await (const recorded of store.readStream(streamOf.report(request.reportId))) events.push(recorded);
    return events;
  };
  return { scopeReport: new ScopeReport({ store, artifacts, evidence, now }), artifacts, event, history };
}

const { discoveredAt } = finding;
const sightings = { firstSeenAt: discoveredAt, lastSeenAt: discoveredAt, observations: 1 };

const known: EvidenceLog = {
  asOf: async () => ({
    tallies: [{ endpointId: finding.endpointId, day: '2026-05-20', severity: finding.severity, findings: 1 }],
    scans: [{ scan: recordedScan(scan), isSuperseded: false }],
    findings: [{ recorded: recordedFinding(finding), sightings, status: 'open' }],
  }),
};

test('starts the report, stores the snapshot, and says what it counted', async () => {
  const { scopeReport, artifacts, event, history } = await openScoping(known);
  await scopeReport.handle(event);
  const [, started, scoped] = await history();
  expect(started).toMatchObject({
    type: 'ReportStarted',
    metadata: { actor: 'service:scoping', causationId: eventId },
  });
  const counts = { considered: 1, included: 1, excluded: {}, scans: 1 };
  const dataAsOf = { position: event.position.toString(), at: request.requestedAt };
  expect(scoped).toMatchObject({ type: 'ReportScoped', data: { counts, dataAsOf } });
  const { snapshot } = (scoped as { data: ReportScoped }).data;
  const stored = JSON.parse(Buffer.from(await artifacts.get('acme', snapshot.sha256)).toString()) as ScopeSnapshot;
  expect(stored.findings.map(({ id }) => id)).toEqual([finding.findingId]);
});

test('is quiet when the request is delivered again', async () => {
  const { scopeReport, event, history } = await openScoping(known);
  await scopeReport.handle(event);
  const before = await history();
  await scopeReport.handle(event);
  expect(await history()).toEqual(before);
});

test('finishes on redelivery what a view that was behind had interrupted', async () => {
  const behind = new EventStoreError('unavailable', 'The view is behind.');
  let deliveries = 0;
  const late: EvidenceLog = {
    asOf: async (...asked) => {
      deliveries += 1;
      if (deliveries === 1) throw behind;
      return known.asOf(...asked);
    },
  };
  const { scopeReport, event, history } = await openScoping(late);
  await expect(scopeReport.handle(event)).rejects.toBe(behind);
  await scopeReport.handle(event);
  expect((await history()).map(({ type }) => type)).toEqual(['ReportRequested', 'ReportStarted', 'ReportScoped']);
});
