import { type Discrepancy, type ScanRecorded, streamOf } from '@evidence/contracts';
import type { EventLog } from '@evidence/event-store/log';

const SUBJECT =
  'refs: this file was imported before, and its tags were read differently then (without the edition stated now, or with an older tag table). The recorded refs are unchanged. State the edition when you import the next scan of this endpoint, and the tags of every finding it sees again are read anew';

/**
 * Of a file that is on record already: whether its tags are understood differently now, with the refs of its probes as they are read now,
 * and as recorded. The log is not rewritten, and the tags of a weakness are those of the scan that saw it last.
 */
export async function readOtherwise(store: EventLog, scan: ScanRecorded): Promise<Discrepancy[]> {
  for await (const { type, data } of store.readStream(streamOf.scan(scan.scanId))) {
    if (type !== 'ScanRecorded') return [];
    const [now, before] = [refsIn(scan), refsIn(data as unknown as ScanRecorded)];
    return now.join() === before.join() ? [] : [{ subject: SUBJECT, stated: now.length, counted: before.length }];
  }
  return [];
}

const refsIn = ({ probes }: Pick<ScanRecorded, 'probes'>): string[] =>
  probes.flatMap(({ refs }) => refs.map(({ ref }) => ref));
