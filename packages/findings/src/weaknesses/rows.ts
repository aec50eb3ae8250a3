import type { EventOf, FindingRecorded } from '@evidence/contracts';
import type { LongList } from '../long-list.js';
import type { Comparison } from './comparison.js';

/** A row of a scan as it is recorded. `place` counts the rows of its weakness in the scan, from 0. */
export type Row = EventOf<'FindingRecorded' | 'FindingObserved'> & { readonly place: number };

/** The rows that are recorded for the findings of a scan, in order, without those of another copy of the run. */
export async function* rowsOf(
  findings: Pick<LongList<FindingRecorded>, 'parts'>,
  { first, again }: Pick<Comparison, 'first' | 'again'>,
): AsyncGenerator<readonly Row[]> {
  const places = new Map<string, number>();
  for await (const part of findings.parts()) {
    const rows: Row[] = [];
    for (const data of part) {
      const isFirst = first.has(data.findingId);
      if (!isFirst && !again.has(data.findingId)) continue;
      const place = places.get(data.findingId) ?? 0;
      places.set(data.findingId, place + 1);
      rows.push(
        isFirst && place === 0 ? { type: 'FindingRecorded', data, place } : { type: 'FindingObserved', data, place },
      );
    }
    yield rows;
  }
}
