import { randomUUID } from 'node:crypto';
import { type EventOf, type EventType, envelop, sha256Of, streamOf } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import type { NewEvent } from '@evidence/event-store';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';

const TENANT = 'acme';
const NOW = '2026-11-23T10:00:00.000Z';
const FINDINGS_PER_SCAN = 599;
const EVENTS_PER_AUDIT_APPEND = 200;

/** The events of a report, as four services write them. */
const REPORT_LIFE = ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady'] as const;

/**
 * Writes a log of `events` events to `file`, like that of a tenant that imports, requests reports and is audited: six in ten are scans with their
 * findings, two in ten reports, two in ten calls.
 */
export async function writeLongLog(file: string, events: number): Promise<void> {
  const store = openSqliteEventStore({ file, now: () => new Date(NOW) });
  const append = (stream: string, all: readonly NewEvent[]) => store.append(stream, 'no_stream', all);
  let written = 0;
  for (let round = 0; written < events; round++) {
    const scan = scanOf(round);
    await append(streamOf.scan(`scn_${round}`), scan);
    const reports = Array.from({ length: EVENTS_PER_AUDIT_APPEND / REPORT_LIFE.length }, (_, n) => reportOf(round, n));
    await Promise.all(reports.map(({ id, life }) => append(streamOf.report(id), life)));
    const calls = Array.from({ length: EVENTS_PER_AUDIT_APPEND }, () => callOf());
    await store.append(streamOf.audit(TENANT), 'any', calls);
    written += scan.length + REPORT_LIFE.length * reports.length + calls.length;
  }
  await store.close();
}

function scanOf(round: number): NewEvent[] {
  const about = { tenant: TENANT, scanId: `scn_${round}`, endpointId: `ep_${round % 10}` };
  const findings = Array.from({ length: FINDINGS_PER_SCAN }, (_, n) =>
    written({
      type: 'FindingRecorded',
      data: { ...exampleOf('FindingRecorded'), ...about, findingId: `fnd_${sha256Of(`${round} ${n}`).slice(0, 26)}` },
    }),
  );
  return [written({ type: 'ScanRecorded', data: { ...exampleOf('ScanRecorded'), ...about } }), ...findings];
}

function reportOf(round: number, n: number): { readonly id: string; readonly life: readonly NewEvent[] } {
  const id = `rpt_2026_${round}n${n}`;
  const life = REPORT_LIFE.map((type) => {
    const data = { ...exampleOf(type), reportId: id };
    return written({ type, data: 'tenant' in data ? { ...data, tenant: TENANT } : data } as EventOf<EventType>);
  });
  return { id, life };
}

const callOf = (): NewEvent =>
  written({ type: 'ApiCallAudited', data: { ...exampleOf('ApiCallAudited'), tenant: TENANT, callId: randomUUID() } });

const written = (event: EventOf<EventType>): NewEvent =>
  envelop(randomUUID(), event, {
    tenant: TENANT,
    correlationId: 'bench',
    causationId: 'bench',
    occurredAt: NOW,
    actor: 'service:bench',
  });
