import type { ReportFinding } from '@evidence/contracts';
import { counted, instant } from '../words.js';

type Sightings = Pick<ReportFinding, 'first_seen' | 'last_seen' | 'observations' | 'not_seen_since'>;

/** When scans saw a weakness, how many did, and whether one has looked for it since. */
export function sightings({
  first_seen: first,
  last_seen: last,
  observations,
  not_seen_since: since,
}: Sightings): string {
  const seen =
    observations === 1
      ? `seen once, ${instant(last)}`
      : `first seen ${instant(first)}, last seen ${instant(last)}, ${counted(observations, 'observation')}`;
  return since ? `${seen}; not seen since scan ${since.scan_id} (${counted(since.scans, 'scan')})` : seen;
}
