import type { RunCopy, ScanCompared } from '@evidence/contracts';
import type { CompareScan, WeaknessEvent } from '../src/weaknesses/compare-scan.js';

/** The parts of a scan of one endpoint that comparing needs. */
export interface Scan {
  readonly id: string;
  /** A day of November 2026; null: no stated time. */
  readonly day?: number | null;
  /** The day of November 2026 on which it was imported. Default: the 29th. */
  readonly importedOn?: number;
  readonly copy?: RunCopy;
  readonly rows?: string;
  readonly tests?: ScanCompared['tests'];
  readonly sees?: readonly string[];
  /** Among those that it sees. */
  readonly closed?: readonly string[];
  readonly passes?: readonly string[];
  readonly testIds?: Readonly<Record<string, string>>;
  readonly afterCleanScans?: number;
}

const instantOn = (day: number, hour = '08') => `2026-11-${String(day).padStart(2, '0')}T${hour}:00:00.000Z`;
const importedAt = ({ importedOn = 29 }: Scan) => instantOn(importedOn, '00');

const about = ({ id, day = 1, copy, rows, tests }: Scan) => ({
  scanId: id,
  tenant: 'acme',
  endpointId: 'ep_chat',
  tool: 'garak',
  startedAt: day === null ? null : instantOn(day),
  ...(copy && { copy }),
  ...(rows !== undefined && { rowsSha256: rows }),
  ...(tests && { tests }),
});

export function compare(scan: Scan): CompareScan {
  const { sees = [], closed = [], passes = [], testIds = {}, afterCleanScans } = scan;
  const seen = sees.map((id) => [id, { testId: testIds[id], isClosed: closed.includes(id), rows: 1 }] as const);
  return {
    type: 'CompareScan',
    data: {
      scan: about(scan),
      comparedAt: importedAt(scan),
      seen: new Map(seen),
      passed: new Set(passes),
      afterCleanScans,
    },
  };
}

/** The events that are recorded for it. */
export const outcome = (scan: Scan, lists: Partial<ScanCompared>): WeaknessEvent => ({
  type: 'ScanCompared',
  data: {
    ...about(scan),
    comparedAt: importedAt(scan),
    ...{ seen: scan.sees?.length ?? 0, first: [], again: [], notSeen: [], closed: [], resolved: [], ...lists },
  },
});
