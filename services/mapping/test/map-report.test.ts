import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifactFolder } from '@evidence/artifacts';
import {
  assertDocument,
  assertEvent,
  canonicalJson,
  envelop,
  exampleMetadata,
  exampleOf,
  type ReportEvent,
  type ReportMapped,
  type ScopeSnapshot,
  streamOf,
} from '@evidence/contracts';
import { openSqliteEventStore, withValidation } from '@evidence/event-store';
import { loadFrameworks } from '@evidence/frameworks';
import { expect, onTestFinished, test } from 'vitest';
import { MapReport } from '../src/shell/map-report.js';

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

async function scopedReport() {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-mapping-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const store = withValidation(openSqliteEventStore({ file: ':memory:', now }), { event: assertEvent });
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
  const mapReport = new MapReport({ store, artifacts, frameworks: loadFrameworks(), now });
  return { mapReport, cause: { reportId, tenant: 'acme', eventId: id(2) }, mappings, artifacts, snapshot };
}

test('maps a scoped report, and stores a mapping that keeps its contract', async () => {
  const { mapReport, cause, mappings, artifacts, snapshot } = await scopedReport();
  await mapReport.handle(cause);
  const [mapped] = await mappings();
  expect(mapped).toMatchObject({ scopeSnapshot: snapshot, counts: { findings: 0, refs: 0, overlaps: 0 } });
  const stored = await artifacts.get('acme', mapped?.snapshot.sha256 ?? '');
  assertDocument('MappingSnapshot.v1', JSON.parse(Buffer.from(stored).toString()));
});

test('is quiet when the news is delivered again', async () => {
  const { mapReport, cause, mappings } = await scopedReport();
  await mapReport.handle(cause);
  await mapReport.handle(cause);
  expect(await mappings()).toHaveLength(1);
});

test('a snapshot that is gone or changed is an error, never an empty mapping', async () => {
  const { mapReport, cause, mappings, artifacts, snapshot } = await scopedReport();
  await artifacts.remove('acme', snapshot.sha256);
  await expect(mapReport.handle(cause)).rejects.toMatchObject({ code: 'not_found' });
  expect(await mappings()).toEqual([]);
});
