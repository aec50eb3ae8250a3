import type { ScanRecorded } from '@evidence/contracts';
import type { ImportWarning, ParsedFinding, ParsedScan } from '../parsed-scan.js';

const HOUR_MS = 3_600_000;
/** A clock may be wrong, and a time without a zone is up to 14 hours off. */
const AHEAD_MS_MAX = 24 * HOUR_MS;

/** No scan runs after its import: then a time is as good as none. Both are RFC 3339. */
const isAhead = (at: string, importedAt: string): boolean => Date.parse(at) - Date.parse(importedAt) > AHEAD_MS_MAX;

type RunTime = Pick<ScanRecorded, 'startedAt' | 'zoneNotStated'>;

/** When the scan ran: as the file says, else as its importer does. What lies more than a day after the import counts as not stated. */
export function runTimeOf(
  { startedAt, zoneNotStated }: Pick<ParsedScan, 'startedAt' | 'zoneNotStated'>,
  { importedAt, stated }: { readonly importedAt: string; readonly stated: string | undefined },
): RunTime {
  const isUsable = (at: string | undefined): at is string => at !== undefined && !isAhead(at, importedAt);
  if (isUsable(startedAt)) return { startedAt, ...(zoneNotStated && { zoneNotStated }) };
  return { startedAt: isUsable(stated) ? stated : null };
}

/** Of times that lie after the import. */
export function* warningsOfTime(
  { startedAt }: Pick<ParsedScan, 'startedAt'>,
  { importedAt, stated }: { readonly importedAt: string; readonly stated: string | undefined },
): Iterable<ImportWarning> {
  const told = [
    [startedAt, 'The file states'],
    [startedAt === undefined || isAhead(startedAt, importedAt) ? stated : undefined, 'The import states'],
  ] as const;
  for (const [at, who] of told)
    if (at !== undefined && isAhead(at, importedAt)) {
      const message = `${who} that the scan ran at ${at}, which is more than a day after its import. The time counts as not stated.`;
      yield { code: 'time_after_import', message };
    }
}

/** The time at which the file says that a finding was seen; undefined where it says none that can be. */
export const seenAt = ({ discoveredAt }: ParsedFinding, importedAt: string): string | undefined =>
  discoveredAt === undefined || isAhead(discoveredAt, importedAt) ? undefined : discoveredAt;
