import type { EventOf, EventType, FindingRecorded, FindingStatusChanged } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import type { LogEvent } from '@evidence/event-store/log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FindingsInViewFile } from '../../src/adapters/views/findings-in-view-file.js';
import { keyOfId } from '../../src/adapters/views/id-key.js';
import type { FindingRecord } from '../../src/core/findings/finding-record.js';
import { applyTo, logOf } from './log-of.js';

/** Sorted; the first and the last have the same key. */
const FINDINGS = ['fnd_82vu', 'fnd_a', 'fnd_juea'];
const SCANS = ['scn_1', 'scn_2', 'scn_3'];

type Seen = LogEvent<'FindingRecorded' | 'FindingObserved'>;
const isSeen = (event: LogEvent): event is Seen => event.type === 'FindingRecorded' || event.type === 'FindingObserved';
const isDecided = (event: LogEvent): event is LogEvent<'FindingStatusChanged'> => event.type === 'FindingStatusChanged';

const seen = fc.record({
  type: fc.constantFrom('FindingRecorded' as const, 'FindingObserved' as const),
  findingId: fc.constantFrom(...FINDINGS),
  scanId: fc.constantFrom(...SCANS),
  discoveredAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'),
  severity: fc.constantFrom('low', 'high'),
  isUndated: fc.boolean(),
});
const decided = fc.record({ findingId: fc.constantFrom(...FINDINGS), to: fc.constantFrom('open', 'resolved') });

const history = fc.array(fc.oneof(seen, decided), { minLength: 1, maxLength: 12 }).map((all) =>
  all.map((one): EventOf<EventType> => {
    if ('to' in one)
      return {
        type: 'FindingStatusChanged',
        data: { ...exampleOf('FindingStatusChanged'), ...one } as FindingStatusChanged,
      };
    const { type, isUndated, ...about } = one;
    const data = { ...exampleOf('FindingRecorded'), ...about, ...(isUndated && { timeNotStated: true }) };
    return { type, data: data as FindingRecorded };
  }),
);

/** A second opinion, from the whole history. Each scan is as its last row says, because all rows are open. */
function recordOf(findingId: string, log: readonly LogEvent[]): FindingRecord | undefined {
  const sightings = log.filter(isSeen).filter(({ data }) => data.findingId === findingId);
  const [first] = sightings;
  if (!first) return undefined;
  const byScan = new Map<string, { readonly at: string; readonly isUndated: boolean; readonly event: Seen }>();
  for (const event of sightings) {
    const { scanId, discoveredAt, timeNotStated } = event.data;
    const before = byScan.get(scanId);
    byScan.set(scanId, {
      ...{ at: before?.at ?? discoveredAt, isUndated: before?.isUndated ?? timeNotStated === true },
      event,
    });
  }
  const all = [...byScan.values()];
  const last = all.toSorted((a, b) => a.at.localeCompare(b.at) || Number(a.event.position - b.event.position)).at(-1)!;
  const decision = log.filter(isDecided).findLast(({ data }) => data.findingId === findingId);
  const dated = all.filter(({ isUndated }) => !isUndated).map(({ at }) => at);
  const undated = all.filter(({ isUndated }) => isUndated).map(({ at }) => at);
  return {
    recorded: last.event.data,
    importedBy: last.event.metadata.actor,
    status: decision?.data.to ?? last.event.data.status,
    discoveredAt: first.data.discoveredAt,
    firstSeenAt: dated.toSorted()[0] ?? null,
    lastSeenAt: dated.toSorted().at(-1) ?? null,
    observations: all.length,
    ...(undated.length > 0 && { undated: { observations: undated.length, importedAt: undated.toSorted().at(-1)! } }),
  };
}

test('two of the ids have the same key', () => {
  expect(new Set(FINDINGS.map(keyOfId)).size).toBe(FINDINGS.length - 1);
});

test('a finding is as its last scan saw it, whether one scan saw it or several, and whatever was decided in between', () => {
  const tenant = exampleOf('FindingRecorded').tenant;
  fc.assert(
    fc.property(history, (events) => {
      const view = new FindingsInViewFile(':memory:');
      const log = logOf(events);
      applyTo(view, log);
      const expected = FINDINGS.map((id) => recordOf(id, log));
      expect(FINDINGS.map((id) => view.find(tenant, id))).toEqual(expected);
      for (const scanId of SCANS) {
        const inScan = FINDINGS.filter((id) =>
          log.some((event) => isSeen(event) && event.data.findingId === id && event.data.scanId === scanId),
        );
        const { rows } = view.list(tenant, { scanId }, { limit: 10, after: undefined });
        expect(rows.map(({ recorded }) => recorded.findingId).toSorted()).toEqual(inScan);
      }
      view.file.close();
    }),
  );
});
