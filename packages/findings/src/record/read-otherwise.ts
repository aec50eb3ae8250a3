import { type Discrepancy, type ScanRecorded, streamOf } from '@evidence/contracts';
import type { EventLog } from '@evidence/event-store/log';
import { importSays } from '../sentences/records.js';

/**
 * Returns a discrepancy if the file is already recorded and its tags would be read differently now, with the number of refs of its probes as
 * read now and as recorded. The log is not rewritten; the tags of a weakness are those of the scan that saw it last.
 */
export async function readOtherwise(store: EventLog, scan: ScanRecorded): Promise<Discrepancy[]> {
  for await (const { type, data } of store.readStream(streamOf.scan(scan.scanId))) {
    if (type !== 'ScanRecorded') return [];
    const [now, before] = [refsIn(scan), refsIn(data as unknown as ScanRecorded)];
    return now.join() === before.join()
      ? []
      : [{ subject: importSays.readOtherwise, stated: now.length, counted: before.length }];
  }
  return [];
}

const refsIn = ({ probes }: Pick<ScanRecorded, 'probes'>): string[] =>
  probes.flatMap(({ refs }) => refs.map(({ ref }) => ref));
