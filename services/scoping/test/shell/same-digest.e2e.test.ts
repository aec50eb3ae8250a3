import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openArtifactFolder } from '@evidence/artifacts';
import { envelop, type ReportScope, type ReportScoped, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { derivedEventId } from '@evidence/event-store';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { openViewFile, startProjection } from '@evidence/event-store/view';
import { importScan } from '@evidence/findings/parse';
import { recordScan } from '@evidence/findings/record';
import { loadFrameworks } from '@evidence/frameworks/load';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { evidenceInViewFile } from '../../../../packages/scope/src/view/evidence-in-view-file.js';
import {
  applyToEvidence,
  EVIDENCE_EVENTS,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
} from '../../../../packages/scope/src/view/evidence-view.js';
import { ScopeReport } from '../../src/shell/scope-report.js';

const run = promisify(execFile);
const { eventId: _, schema: __, ...provenance } = exampleMetadata();
const now = () => new Date('2026-11-23T10:00:00Z');
const tenant = 'acme';
const samples = fileURLToPath(new URL('../../../../deploy/local/samples/', import.meta.url));
const SCANS = [
  ['support-chat.report.jsonl', 'ep_support_chat'],
  ['hr-assistant.report.jsonl', 'ep_hr'],
  ['coding-agent.digest.json', 'ep_code'],
] as const;
const scope: ReportScope = { endpointIds: [], includeSeverities: ['critical', 'high', 'medium'], from: '2026-01-01' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evidence-digest-'));
  return () => rm(folder, { recursive: true });
});

/** Events of other tenants and of reports, so that the same scans have other positions. */
async function appendNoise(store: EventLog, events: number): Promise<void> {
  for (let n = 0; n < events; n++) {
    const id = `00000000-0000-4000-8001-${n.toString().padStart(12, '0')}`;
    const data = { ...exampleOf('ScanRecorded'), tenant: 'globex', scanId: `scn_noise_${n}` };
    await store.append(`scan-noise-${n}`, 'any', [envelop(id, { type: 'ScanRecorded', data }, provenance)]);
  }
}

async function importAll(store: EventLog, scans: readonly (typeof SCANS)[number][]): Promise<void> {
  for (const [file, endpointId] of scans) {
    await using imported = await importScan(createReadStream(join(samples, file)), {
      ...{ format: 'garak', tenant, endpointId, importedAt: now().toISOString(), frameworks: loadFrameworks() },
    });
    await recordScan({ store, imported, provenance: { ...provenance, tenant } });
  }
}

/** Accepts the findings with these ids, one event each. */
async function accept(store: EventLog, findingIds: readonly string[]): Promise<void> {
  for (const [n, findingId] of findingIds.entries()) {
    const id = `00000000-0000-4000-8002-${n.toString().padStart(12, '0')}`;
    const data = { ...exampleOf('FindingStatusChanged'), tenant, findingId };
    const event = envelop(id, { type: 'FindingStatusChanged', data }, provenance);
    await store.append(streamOf.finding(findingId), 'any', [event]);
  }
}

/** Scopes a report of everything in the store, and returns the event that was written. */
async function scoped(store: EventLog, reportId: string): Promise<ReportScoped> {
  const view = openViewFile({ file: ':memory:', schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA });
  const projection = startProjection({ store, filter: EVIDENCE_EVENTS, view, apply: applyToEvidence });
  const artifacts = await openArtifactFolder({ folder: join(folder, 'artifacts') });
  const id = `00000000-0000-4000-8003-${reportId.slice(-1).charCodeAt(0).toString().padStart(12, '0')}`;
  const data = { ...exampleOf('ReportRequested'), reportId, tenant, scope };
  const requested = envelop(id, { type: 'ReportRequested', data }, provenance);
  const startId = derivedEventId(id, 'ReportStarted');
  const start = { ...exampleOf('ReportStarted'), reportId };
  const started = envelop(startId, { type: 'ReportStarted', data: start }, provenance);
  await store.append(streamOf.report(reportId), 'no_stream', [requested]);
  await store.append(streamOf.report(reportId), 'any', [started]);
  const scopeReport = new ScopeReport({
    ...{ store, artifacts, evidence: evidenceInViewFile(view, projection) },
    ...{ tell: () => undefined, now },
  });
  await scopeReport.handle({ reportId, tenant, eventId: startId });
  await projection.stop();
  view.close();
  for await (const { type, data } of store.readStream(streamOf.report(reportId)))
    if (type === 'ReportScoped') return data as ReportScoped;
  throw new Error(`${reportId} was not scoped`);
}

async function openStore(name: string): Promise<{ store: EventLog; file: string }> {
  const file = join(folder, name, 'events.sqlite');
  await mkdir(join(folder, name));
  const store = eventLogOver(openSqliteEventStore({ file, now }));
  onTestFinished(() => store.close());
  return { store, file };
}

async function findingIdsIn(store: EventLog): Promise<string[]> {
  const ids: string[] = [];
  for await (const { type, data } of store.readAll({ filter: { types: ['FindingRecorded'] } }))
    if (type === 'FindingRecorded') ids.push((data as { findingId: string }).findingId);
  return ids.sort();
}

const reportIds = ['rpt_2026_aaaaaaaaaaaaaaaaaaaaaaaaaa', 'rpt_2026_bbbbbbbbbbbbbbbbbbbbbbbbbb'] as const;

test('independent scans imported in another order, at other positions, give the same snapshot', async () => {
  const { store: one } = await openStore('one');
  await importAll(one, SCANS);
  const ids = await findingIdsIn(one);
  await accept(one, ids.slice(0, 3));
  const first = await scoped(one, reportIds[0]);

  const { store: other } = await openStore('other');
  await importAll(other, SCANS.toReversed().slice(0, 2));
  await appendNoise(other, 7);
  await accept(other, ids.slice(0, 3).toReversed());
  await importAll(other, SCANS.toReversed());
  const second = await scoped(other, reportIds[0]);

  expect(first.counts.included).toBeGreaterThan(10);
  expect(first.counts.excluded).toMatchObject({ severity_not_included: expect.any(Number) });
  expect(second.dataAsOf.position).not.toBe(first.dataAsOf.position);
  expect(second.snapshot).toEqual(first.snapshot);
  expect(second.counts).toEqual(first.counts);
});

test('later events change nothing, in any process, time zone, locale or folder', async () => {
  const { store, file } = await openStore('later');
  await importAll(store, SCANS.slice(0, 2));
  const first = await scoped(store, reportIds[0]);
  await importAll(store, SCANS);
  await accept(store, (await findingIdsIn(store)).slice(0, 5));
  const later = await scoped(store, reportIds[1]);
  expect(later.snapshot.sha256).not.toBe(first.snapshot.sha256);
  await store.close();

  const script = fileURLToPath(new URL('../resolve-in-process.ts', import.meta.url));
  for (const [report, TZ, locale] of [
    [first, 'Pacific/Kiritimati', 'tr_TR.UTF-8'],
    [first, 'America/Los_Angeles', 'sv_SE.UTF-8'],
    [later, 'Asia/Kathmandu', 'C'],
  ] as const) {
    const asked = [file, tenant, report.dataAsOf.position, JSON.stringify(scope)];
    const env = { ...process.env, TZ, LC_ALL: locale, LANG: locale };
    const { stdout } = await run(process.execPath, [script, ...asked], { cwd: folder, env });
    expect(stdout, `${TZ} ${locale}`).toBe(report.snapshot.sha256);
  }
});
