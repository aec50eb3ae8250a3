import type { RunCopy, ScanCompared } from '@evidence/contracts';
import type { CompareScan, WeaknessEvent } from '../src/weaknesses/compare-scan.js';

/** A scan of one endpoint, as far as comparing needs it. */
export interface Scan {
  readonly id: string;
  /** Of November 2026; null: nobody says when it ran. */
  readonly day?: number | null;
  /** Of November 2026, when it was imported. Default: the 29th. */
  readonly importedOn?: number;
  readonly copy?: RunCopy;
  readonly rows?: string;
  readonly tests?: ScanCompared['tests'];
  readonly sees?: readonly string[];
  /** Of those it sees. */
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

/** What is recorded of it. */
export const outcome = (scan: Scan, lists: Partial<ScanCompared>): WeaknessEvent => ({
  type: 'ScanCompared',
  data: {
    ...about(scan),
    comparedAt: importedAt(scan),
    ...{ seen: scan.sees?.length ?? 0, first: [], again: [], notSeen: [], closed: [], resolved: [], ...lists },
  },
});
