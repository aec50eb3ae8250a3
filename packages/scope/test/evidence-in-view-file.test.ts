import { envelop, type ReportScope, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { EventStoreError } from '@evidence/event-store';
import type { LogEvent } from '@evidence/event-store/log';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { openViewFile, startProjection } from '@evidence/event-store/view';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EvidenceLog } from '../src/evidence-log.js';
import { recordedFinding, recordedScan } from '../src/recorded-evidence.js';
import { scopeLines } from '../src/resolve-scope.js';
import { evidenceInViewFile } from '../src/view/evidence-in-view-file.js';
import {
  applyToEvidence,
  EVIDENCE_EVENTS,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
} from '../src/view/evidence-view.js';
import { snapshotOf } from './resolved.js';

const now = () => new Date('2026-05-22T10:35:00Z');
const { eventId: _, schema: __, ...provenance } = exampleMetadata();

function openView() {
  const view = openViewFile({ file: ':memory:', schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA });
  onTestFinished(() => view.close());
  return view;
}

function openEvidence() {
  const plain = openSqliteEventStore({ file: ':memory:', now });
  const store = eventLogOver(plain);
  const view = openView();
  const projection = startProjection({ store, filter: EVIDENCE_EVENTS, view, apply: applyToEvidence });
  onTestFinished(async () => {
    await projection.stop();
    await store.close();
  });
  return { plain, store, evidence: evidenceInViewFile(view, projection) };
}

const scan = { type: 'ScanRecorded' as const, data: exampleOf('ScanRecorded') };
const finding = { type: 'FindingRecorded' as const, data: exampleOf('FindingRecorded') };
const accepted = { type: 'FindingStatusChanged' as const, data: exampleOf('FindingStatusChanged') };
const { tenant, scanId } = scan.data;

async function append(
  store: EventLog,
  stream: string,
  id: number,
  event: Parameters<typeof envelop>[1],
): Promise<bigint> {
  const uuid = `00000000-0000-4000-8000-${id.toString().padStart(12, '0')}`;
  return (await store.append(stream, 'any', [envelop(uuid, event, provenance)])).position;
}

const everything: ReportScope = { endpointIds: [], includeSeverities: [] };

/** The evidence from the view, read completely. */
async function read(evidence: EvidenceLog, at: bigint, of = tenant, scope = everything) {
  const { tallies, findings, scans } = await evidence.asOf(of, at, scope);
  return { tallies: [...tallies], findings: [...findings], scans: [...scans] };
}

test('returns what was known at the position, not what became known later', async () => {
  const { store, evidence } = openEvidence();
  const scanned = await append(store, streamOf.scan(scanId), 1, scan);
  const found = await append(store, streamOf.scan(scanId), 2, finding);
  const decided = await append(store, streamOf.finding(finding.data.findingId), 3, accepted);
  const reopened = await append(store, streamOf.finding(finding.data.findingId), 4, {
    ...accepted,
    data: { ...accepted.data, from: 'accepted', to: 'triaged' },
  });

  const recorded = recordedFinding(finding.data);
  const { discoveredAt: seenAt } = recorded;
  const sightings = { firstSeenAt: seenAt, lastSeenAt: seenAt, observations: 1 };
  const scans = [{ scan: recordedScan(scan.data), isSuperseded: false }];
  const { endpointId, severity } = finding.data;
  expect(await read(evidence, scanned)).toEqual({ tallies: [], findings: [], scans });
  expect(await read(evidence, found)).toEqual({
    tallies: [{ endpointId, severity, day: '2026-05-20', findings: 1 }],
    findings: [{ recorded, sightings, status: 'open' }],
    scans,
  });
  const { changedAt: at, changedBy: by, reason } = accepted.data;
  expect((await read(evidence, decided)).findings).toEqual([
    { recorded, sightings, status: 'accepted', decision: { at, by, reason } },
  ]);
  expect((await read(evidence, reopened)).findings[0]?.status).toBe('triaged');
  expect((await read(evidence, found)).findings[0]?.status).toBe('open');
});

test('keeps tenants apart', async () => {
  const { store, evidence } = openEvidence();
  await append(store, streamOf.scan(scanId), 1, scan);
  const last = await append(store, streamOf.scan(scanId), 2, finding);
  expect(await read(evidence, last, 'other')).toEqual({ tallies: [], findings: [], scans: [] });
});

test('returns only evidence of the scope, and the scan of a finding from another day', async () => {
  const { store, evidence } = openEvidence();
  await append(store, streamOf.scan(scanId), 1, scan);
  const elsewhere = { ...finding, data: { ...finding.data, findingId: 'fnd_elsewhere', endpointId: 'ep_other' } };
  const overnight = { ...finding.data, findingId: 'fnd_overnight', discoveredAt: '2026-05-21T00:10:00.000Z' };
  await append(store, streamOf.scan(scanId), 2, elsewhere);
  const last = await append(store, streamOf.scan(scanId), 3, { ...finding, data: overnight });
  const scope = (narrowed: Partial<ReportScope>) => read(evidence, last, tenant, { ...everything, ...narrowed });
  const ids = ({ findings }: Awaited<ReturnType<typeof scope>>) => findings.map(({ recorded }) => recorded.id).sort();

  const nextDay = await scope({ from: '2026-05-21' });
  expect(ids(nextDay)).toEqual(['fnd_overnight']);
  expect(nextDay.scans.map(({ scan: { id } }) => id)).toEqual([scanId]);
  expect(ids(await scope({ endpointIds: ['ep_other'] }))).toEqual(['fnd_elsewhere']);
  expect(ids(await scope({ to: '2026-05-20' }))).toEqual(['fnd_elsewhere']);
  expect(ids(await scope({ includeSeverities: ['info'] })), 'of all severities').toHaveLength(2);
  expect((await scope({ endpointIds: ['ep_none'] })).scans).toEqual([]);
});

test('waits until the view has reached the position', async () => {
  const { store, evidence } = openEvidence();
  const appended = Promise.all([
    append(store, streamOf.scan(scanId), 1, scan),
    append(store, streamOf.scan(scanId), 2, finding),
  ]);
  const [, found] = await appended;
  expect((await read(evidence, found)).findings).toHaveLength(1);
});

test('waits for a view as long as it moves, and no longer', async () => {
  const view = openView();
  const late = new EventStoreError('unavailable', 'Updating the view took too long.');
  let [at, waits] = [0n, 0];
  const moving = {
    position: () => at,
    async reached(position: bigint) {
      waits += 1;
      at += 4n;
      if (at < position) throw late;
    },
  };
  await evidenceInViewFile(view, moving).asOf('acme', 10n, { endpointIds: [], includeSeverities: [] });
  expect(waits).toBe(3);
  const still = { position: () => 4n, reached: () => Promise.reject(late) };
  const asked = evidenceInViewFile(view, still).asOf('acme', 10n, { endpointIds: [], includeSeverities: [] });
  await expect(asked).rejects.toBe(late);
});

test('reads no row of another tenant: every query seeks by the tenant, none scans a table', async () => {
  const view = openView();
  const queries: string[] = [];
  const prepare = (sql: string) => {
    queries.push(sql);
    return view.db.prepare(sql);
  };
  const db = { prepare } as typeof view.db;
  const evidence = evidenceInViewFile(
    { db, quarantine: view.quarantine },
    { reached: async () => undefined, position: () => undefined },
  );
  for (const endpointIds of [[], ['ep_a']]) {
    const { tallies, findings, scans } = await evidence.asOf('acme', 1n, { endpointIds, includeSeverities: [] });
    for (const part of [tallies, findings, scans]) expect([...part]).toEqual([]);
  }
  expect(queries).toHaveLength(7);
  for (const query of queries) {
    const steps = view.db
      .prepare(`explain query plan ${query}`)
      .all()
      .map(({ detail }) => String(detail));
    const reads = steps.filter((step) =>
      /^(SCAN|SEARCH) (scan|superseded|copy|observation|other|each|not_seen|decision)\b/.test(step),
    );
    expect(reads.length, query).toBeGreaterThan(0);
    // Rows by their positions, which such a query has found.
    for (const step of reads) expect(step).toMatch(/^SEARCH \w+ USING (.*\(tenant=\?|INTEGER PRIMARY KEY \(rowid=\?)/);
    if (query.includes(':endpoints)')) expect(steps.join()).toMatch(/endpoint_id=\? AND day>\? AND day<\?/);
    if (query.includes('group by')) expect(steps.join()).toContain('USING COVERING INDEX observation_by_scope');
  }
});

test('applies each event by its keys: no statement scans the tenant’s data', () => {
  const view = openView();
  const statements: string[] = [];
  const prepare = (sql: string) => {
    statements.push(sql);
    return view.db.prepare(sql);
  };
  const db = { prepare } as typeof view.db;
  const types = ['ScanRecorded', 'ScanCompared', 'FindingRecorded', 'FindingObserved', 'FindingStatusChanged'] as const;
  view.transaction({ id: 'e', stream: 's', revision: 0n, position: 1n, recordedAt: '' }, () => {
    for (const [index, type] of [...types, 'ScanSuperseded' as const].entries()) {
      const event = { type, data: exampleOf(type), metadata: exampleMetadata(), position: BigInt(index + 1) };
      applyToEvidence(event as unknown as LogEvent, db);
    }
  });
  const steps = statements.flatMap((sql) => view.db.prepare(`explain query plan ${sql}`).all());
  const walks = steps.map(({ detail }) => String(detail)).filter((step) => /^(SCAN|SEARCH)/.test(step));
  expect(walks.length).toBeGreaterThan(2);
  for (const walk of walks) expect(walk).toMatch(/\(tenant=\? AND (finding_id|scan_id)=\?/);
});

describe('an event that cannot be read', () => {
  let ids = 500;
  const unread = (type: string, metadata: object, data: object = { broken: true }) => ({
    id: `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`,
    ...{ type, data, metadata },
  });
  const newer = () => unread('ScanRecorded', { ...exampleMetadata(), schema: 'ScanRecorded.v99' });

  test('stops later reports of its tenant, with its position, and of no other tenant', async () => {
    const { plain, store, evidence } = openEvidence();
    const before = await append(store, streamOf.scan(scanId), 1, scan);
    const { position } = await plain.append('finding-x', 'any', [unread('FindingStatusChanged', { tenant })]);
    expect((await read(evidence, before)).scans).toHaveLength(1);
    await expect(evidence.asOf(tenant, position, everything)).rejects.toMatchObject({
      code: 'history_unreadable',
      retryable: false,
      event: { position },
    });
    expect((await evidence.asOf('globex', position, everything)).unreadableEvents).toBe(0);
  });

  test('of a newer version is worth waiting for, unless no build can read another one', async () => {
    const { plain, evidence } = openEvidence();
    const { position: first } = await plain.append('scan-x', 'any', [newer()]);
    await expect(evidence.asOf(tenant, first, everything)).rejects.toMatchObject({ retryable: true });
    const { position } = await plain.append('scan-x', 'any', [unread('ScanRecorded', { tenant })]);
    await expect(evidence.asOf(tenant, position, everything)).rejects.toMatchObject({ retryable: false });
  });

  test('without a known tenant is counted in all later snapshots', async () => {
    const { plain, store, evidence } = openEvidence();
    const before = await append(store, streamOf.scan(scanId), 1, scan);
    const { position } = await plain.append('scan-x', 'any', [unread('ScanRecorded', {}), unread('ScanCompared', {})]);
    for (const of of [tenant, 'globex']) {
      const snapshotAt = async (at: bigint) =>
        snapshotOf(scopeLines({ tenant: of, scope: everything, ...(await evidence.asOf(of, at, everything)) }));
      expect(await snapshotAt(before)).not.toHaveProperty('unreadableEvents');
      expect((await snapshotAt(position)).unreadableEvents).toBe(2);
    }
  });
});

test('several findings of an import share a page of the file', () => {
  const { db } = openView();
  const findings = 1_000;
  const evidence = { ...finding.data.evidence, excerpt: 'x'.repeat(700) };
  for (let n = 1; n <= findings; n++) {
    const data = { ...finding.data, findingId: `fnd_${n}`, evidence };
    const event = { ...finding, data, position: BigInt(n), metadata: exampleMetadata() };
    applyToEvidence(event as unknown as LogEvent, db);
  }
  const { page_count: pages } = db.prepare('pragma page_count').get() as { page_count: number };
  expect(pages).toBeLessThan(findings / 1.5);
});
