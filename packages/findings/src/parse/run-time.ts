import type { ScanRecorded } from '@evidence/contracts';
import type { ImportWarning, ParsedFinding, ParsedScan } from '../parsed-scan.js';
import { scanSays } from '../sentences/scans.js';

const HOUR_MS = 3_600_000;
/** A clock may be wrong, and a time without a zone may be up to 14 hours off. */
const AHEAD_MS_MAX = 24 * HOUR_MS;

/** Whether a time is more than a day after the import and therefore wrong. Both are RFC 3339. */
const isAhead = (at: string, importedAt: string): boolean => Date.parse(at) - Date.parse(importedAt) > AHEAD_MS_MAX;

type RunTime = Pick<ScanRecorded, 'startedAt' | 'zoneNotStated'>;

/** When the scan ran, according to the file, else to the caller of the import. A time more than a day after the import counts as not stated. */
export function runTimeOf(
  { startedAt, zoneNotStated }: Pick<ParsedScan, 'startedAt' | 'zoneNotStated'>,
  { importedAt, stated }: { readonly importedAt: string; readonly stated: string | undefined },
): RunTime {
  const isUsable = (at: string | undefined): at is string => at !== undefined && !isAhead(at, importedAt);
  if (isUsable(startedAt)) return { startedAt, ...(zoneNotStated && { zoneNotStated }) };
  return { startedAt: isUsable(stated) ? stated : null };
}

/** Warnings of times after the import. */
export function* warningsOfTime(
  { startedAt }: Pick<ParsedScan, 'startedAt'>,
  { importedAt, stated }: { readonly importedAt: string; readonly stated: string | undefined },
): Iterable<ImportWarning> {
  const told = [
    [startedAt, 'file'],
    [startedAt === undefined || isAhead(startedAt, importedAt) ? stated : undefined, 'import'],
  ] as const;
  for (const [at, who] of told)
    if (at !== undefined && isAhead(at, importedAt))
      yield { code: 'time_after_import', message: scanSays.timeAfterImport(who, at) };
}

/** When a finding was seen, according to the file; undefined if the file states no time or one after the import. */
export const seenAt = ({ discoveredAt }: ParsedFinding, importedAt: string): string | undefined =>
  discoveredAt === undefined || isAhead(discoveredAt, importedAt) ? undefined : discoveredAt;
