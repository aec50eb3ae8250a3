import type { ReportFinding, ReportScan } from '@evidence/contracts';
import { count, counted, day, instant } from '../words.js';

type Sightings = Pick<ReportFinding, 'first_seen' | 'last_seen' | 'observations' | 'undated' | 'not_seen_since'>;

/** When scans saw a weakness, how many did, and how many have tested it since without seeing it. */
export function sightings({ not_seen_since: since, ...seen }: Sightings): string {
  const times = [dated(seen), undated(seen)].filter((words) => words !== '').join('; ');
  return since ? `${times}; ${notSeen(since)}` : times;
}

const notSeen = ({ scan_id: first, scans }: NonNullable<Sightings['not_seen_since']>): string =>
  scans === 1
    ? `tested but not seen in a later scan, ${first}`
    : `tested but not seen in ${count(scans)} later scans, the first being ${first}`;

function dated({ first_seen: first, last_seen: last, observations, undated }: Sightings): string {
  if (first === null || last === null) return '';
  const seen = observations - (undated?.observations ?? 0);
  return seen === 1
    ? `seen once, ${instant(last)}`
    : `first seen ${instant(first)}, last seen ${instant(last)}, ${counted(seen, 'observation')}`;
}

const undated = ({ undated }: Sightings): string =>
  undated === undefined
    ? ''
    : `${counted(undated.observations, 'observation')} without a stated time, ${undated.observations === 1 ? '' : 'last '}imported ${instant(undated.imported_at)}`;

type Start = Pick<ReportScan, 'started_at' | 'imported_at' | 'zone_not_stated'>;

/** When a scan ran or, if that is not stated, when it was imported. */
export function started({ started_at: at, imported_at: imported, zone_not_stated: hasNoZone }: Start): string {
  if (at === null) return `time not stated${imported === undefined ? '' : ` (imported ${instant(imported)})`}`;
  return hasNoZone ? `${instant(at)} (the file states no time zone; read as UTC)` : instant(at);
}

/** The same in a narrow column. */
export const startedOn = ({ started_at: at }: Start): string => (at === null ? 'not stated' : day(at));
