import type { FindingRecorded, FindingStatusChanged, Provenance } from '@evidence/contracts';
import { envelop, streamOf } from '@evidence/contracts';
import { execute, type RecordedEvent } from '@evidence/event-store';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { findingStatusDecider, type ImportedScan } from '../src/index.js';
import { importScan } from '../src/parse/index.js';
import { claimFix, recordScan } from '../src/record/index.js';
import { completion, evaluation } from './garak-file.js';
import { asLines, inChunks, options } from './importing.js';

export const tenant = 'acme';
const endpointId = options.endpointId;
export const provenance: Provenance = {
  tenant,
  correlationId: 'import_1',
  causationId: 'import_1',
  occurredAt: '2026-11-23T10:00:00.000Z',
  actor: 'token:tok_importer',
};

/** The log of the current test. */
export let store: EventLog;

export function openStore(): void {
  const engine = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-11-23T10:00:00.000Z') });
  store = eventLogOver(engine);
}

/** A garak run on a day of October 2026, with the number of failures out of ten for each probe. */
export const report = (run: string, day: number, failed: Readonly<Record<string, number>>) => {
  const started = `2026-10-${String(day).padStart(2, '0')}T08:00:00`;
  const rows = Object.entries(failed).map(([probe, fails]) => evaluation(probe, 'd.D', 10 - fails, fails));
  return asLines({ entry_type: 'init', garak_version: '0.14.0', start_time: started, run }, ...rows, completion);
};
export const hitlog = (run: string, ...probes: string[]) =>
  asLines(...probes.map((probe) => ({ probe, detector: 'd.D', output: 'Sure.', run_id: run, generator: 'test' })));
export const digest = (run: string, day: number, failed: Readonly<Record<string, number>>) => {
  const start_time = `2026-10-${String(day).padStart(2, '0')}T08:00:00`;
  const probes = Object.entries(failed).map(([probe, fails]) => [
    probe,
    { _summary: {}, 'd.D': { passed: 10 - fails, fails, total_evaluated: 10, absolute_score: 1 - fails / 10 } },
  ]);
  const meta = { garak_version: '0.14.0', start_time, run_uuid: run };
  return asLines({ entry_type: 'digest', meta, eval: { group: Object.fromEntries(probes) } });
};

const read = (file: string): Promise<ImportedScan> => importScan(inChunks(file), options);
export const record = async (file: string, into = store) =>
  recordScan({ store: into, imported: await read(file), provenance });

export async function log(...types: string[]): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll({ filter: { types: types } })) events.push(event);
  return events;
}
export const rows = async () => {
  const events = await log('FindingRecorded', 'FindingObserved');
  return events.map(({ type, data }) => `${type} ${(data as FindingRecorded).probe}`);
};
export const statuses = async () => (await log('FindingStatusChanged')).map(({ data }) => data as FindingStatusChanged);
export const superseded = async () => (await log('ScanSuperseded')).map(({ data }) => data);

export async function decide(findingId: string, status: string, changedAt: string): Promise<void> {
  if (status === 'fixed') await claimFix(store, { tenant, endpointId, findingId }, provenance);
  const data = { findingId, tenant, bornAs: 'open' as const, status, changedAt, changedBy: 'token:tok_1' };
  const id = `00000000-0000-4000-8000-${changedAt.replace(/\D/g, '').slice(0, 12)}`;
  const describe = (event: Parameters<typeof envelop>[1]) => envelop(id, event, provenance);
  const command = { type: 'ChangeFindingStatus', data } as const;
  await execute({ store, stream: streamOf.finding(findingId), decider: findingStatusDecider, command, describe });
}

export async function setPolicy(afterCleanScans: number): Promise<void> {
  const data = { tenant, afterCleanScans, setAt: provenance.occurredAt, setBy: 'operator:root' };
  const id = '00000000-0000-4000-8001-000000000001';
  await store.append(streamOf.tenant(tenant), 'any', [envelop(id, { type: 'AutoResolvePolicySet', data }, provenance)]);
}

export const findingIdOf = async (probe: string): Promise<string> => {
  const found = (await log('FindingRecorded')).map(({ data }) => data as FindingRecorded);
  return found.find((finding) => finding.probe === probe)?.findingId ?? '';
};
