import { envelop, exampleMetadata, exampleOf, streamOf } from '@evidence/contracts';
import { type EventStore, openSqliteEventStore, openViewFile, startProjection } from '@evidence/event-store';
import { expect, onTestFinished, test } from 'vitest';
import {
  applyToEvidence,
  EVIDENCE_EVENTS,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
  evidenceInViewFile,
} from '../src/adapters/evidence-in-view-file.js';

const now = () => new Date('2026-05-22T10:35:00Z');
const { eventId: _, schema: __, ...provenance } = exampleMetadata();

function openEvidence() {
  const store = openSqliteEventStore({ file: ':memory:', now });
  const view = openViewFile({ file: ':memory:', schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA });
  const projection = startProjection({ store, filter: EVIDENCE_EVENTS, view, apply: applyToEvidence });
  onTestFinished(async () => {
    await projection.stop();
    view.close();
    await store.close();
  });
  return { store, evidence: evidenceInViewFile(view, projection) };
}

const scan = { type: 'ScanRecorded' as const, data: exampleOf('ScanRecorded') };
const finding = { type: 'FindingRecorded' as const, data: exampleOf('FindingRecorded') };
const accepted = { type: 'FindingStatusChanged' as const, data: exampleOf('FindingStatusChanged') };
const { tenant, scanId } = scan.data;

async function append(
  store: EventStore,
  stream: string,
  id: number,
  event: Parameters<typeof envelop>[1],
): Promise<bigint> {
  const uuid = `00000000-0000-4000-8000-${id.toString().padStart(12, '0')}`;
  return (await store.append(stream, 'any', [envelop(uuid, event, provenance)])).position;
}

test('answers what was known at the point, not what became known later', async () => {
  const { store, evidence } = openEvidence();
  const scanned = await append(store, streamOf.scan(scanId), 1, scan);
  const found = await append(store, streamOf.scan(scanId), 2, finding);
  const decided = await append(store, streamOf.finding(finding.data.findingId), 3, accepted);
  const reopened = await append(store, streamOf.finding(finding.data.findingId), 4, {
    ...accepted,
    data: { ...accepted.data, from: 'accepted', to: 'triaged' },
  });

  expect(await evidence.asOf(tenant, scanned)).toEqual({ scans: [scan.data], findings: [] });
  expect((await evidence.asOf(tenant, found)).findings).toEqual([{ recorded: finding.data, status: 'open' }]);
  const { changedAt: at, changedBy: by, reason } = accepted.data;
  expect((await evidence.asOf(tenant, decided)).findings).toEqual([
    { recorded: finding.data, status: 'accepted', decision: { at, by, reason } },
  ]);
  expect((await evidence.asOf(tenant, reopened)).findings[0]?.status).toBe('triaged');
  expect((await evidence.asOf(tenant, found)).findings[0]?.status).toBe('open');
});

test('keeps tenants apart', async () => {
  const { store, evidence } = openEvidence();
  await append(store, streamOf.scan(scanId), 1, scan);
  const last = await append(store, streamOf.scan(scanId), 2, finding);
  expect(await evidence.asOf('other', last)).toEqual({ scans: [], findings: [] });
});

test('waits until the view is at the point that is asked for', async () => {
  const { store, evidence } = openEvidence();
  const appended = Promise.all([
    append(store, streamOf.scan(scanId), 1, scan),
    append(store, streamOf.scan(scanId), 2, finding),
  ]);
  const [, found] = await appended;
  expect((await evidence.asOf(tenant, found)).findings).toHaveLength(1);
});
