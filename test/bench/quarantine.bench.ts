/** How fast a view of the log is rebuilt without unreadable events, and with 1 % and 50 % of the events in quarantine. */
import { type EventData, envelop, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { derivedEventId } from '@evidence/event-store';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { openViewFile, startProjection } from '@evidence/event-store/view';
import {
  applyToEvidence,
  EVIDENCE_EVENTS,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
} from '../../packages/scope/dist/view/evidence-view.js';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 20_000);
const PER_APPEND = 500;
/** The baseline runs first and last, to detect a machine that slows down. */
const SHARES = [0, 0.01, 0.5, 0.5, 0.01, 0];
const ROUNDS = 2;
const { eventId: _, schema: __, ...provenance } = exampleMetadata();

/** A log of findings in memory, in which every n-th event breaks its contract. */
async function logOf(share: number): Promise<EventLog> {
  const now = () => new Date('2026-05-22T10:35:00Z');
  const plain = openSqliteEventStore({ file: ':memory:', now });
  const every = share === 0 ? Number.POSITIVE_INFINITY : Math.round(1 / share);
  for (let from = 0; from < EVENTS; from += PER_APPEND) {
    const events = Array.from({ length: PER_APPEND }, (_, n) => {
      const findingId = `fnd_${from + n}`;
      const data: EventData['FindingRecorded'] = { ...exampleOf('FindingRecorded'), findingId };
      const event = envelop(
        derivedEventId(findingId, 'FindingRecorded'),
        { type: 'FindingRecorded', data },
        provenance,
      );
      return (from + n) % every === every - 1 ? { ...event, data: { ...data, severity: 7 } } : event;
    });
    await plain.append(streamOf.scan(`scn_${from}`), 'any', events);
  }
  return eventLogOver(plain);
}

/** Events per second until the view has reached the end of the log, and how many it left out. */
async function rebuilt(store: EventLog): Promise<{ perSecond: number; quarantined: number }> {
  const view = openViewFile({ file: ':memory:', schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA });
  const startedAt = performance.now();
  const projection = startProjection({ store, filter: EVIDENCE_EVENTS, view, apply: applyToEvidence });
  await projection.caughtUp;
  const perSecond = (EVENTS * 1_000) / (performance.now() - startedAt);
  const quarantined = view.quarantine.count();
  await projection.stop();
  view.close();
  return { perSecond, quarantined };
}

const logs = new Map<number, EventLog>();
for (const share of new Set(SHARES)) logs.set(share, await logOf(share));
const rates = new Map<number, number[]>();
const counts = new Map<number, number>();
await rebuilt(logs.get(0)!);
for (let round = 0; round < ROUNDS; round++) {
  for (const share of SHARES) {
    const { perSecond, quarantined } = await rebuilt(logs.get(share)!);
    rates.set(share, [...(rates.get(share) ?? []), perSecond]);
    counts.set(share, quarantined);
  }
}
for (const log of logs.values()) await log.close();

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const baseline = median(rates.get(0) ?? []);
console.log(`A view of ${EVENTS} events rebuilt, in memory, median of ${ROUNDS * 2} rounds:`);
const figures = [...rates].map(([share, each]) => {
  const perSecond = Math.round(median(each));
  const ratio = Math.round((perSecond / baseline) * 100) / 100;
  console.log(
    `  ${String(counts.get(share)).padStart(6)} in quarantine  ${String(perSecond).padStart(7)} events/s  ${ratio.toFixed(2)} x`,
  );
  return { quarantined: counts.get(share), perSecond, ratio };
});
console.log(JSON.stringify({ bench: 'quarantine', events: EVENTS, figures }));
