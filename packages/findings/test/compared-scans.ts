import type { RunCopy, ScanCompared } from '@evidence/contracts';
import type { CompareScan, WeaknessEvent } from '../src/weaknesses/compare-scan.js';

/** A scan of one endpoint, as far as comparing needs it. */
export interface Scan {
  readonly id: string;
  /** Of November 2026. */
  readonly day?: number;
  readonly copy?: RunCopy;
  readonly sees?: readonly string[];
  /** Of those it sees. */
  readonly closed?: readonly string[];
  readonly passes?: readonly string[];
  readonly testIds?: Readonly<Record<string, string>>;
  readonly afterCleanScans?: number;
}

const about = ({ id, day = 1, copy }: Scan) => ({
  scanId: id,
  tenant: 'acme',
  endpointId: 'ep_chat',
  tool: 'garak',
  startedAt: `2026-11-${String(day).padStart(2, '0')}T08:00:00.000Z`,
  ...(copy && { copy }),
});

export function compare(scan: Scan): CompareScan {
  const { sees = [], closed = [], passes = [], testIds = {}, afterCleanScans } = scan;
  const seen = sees.map((id) => [id, { testId: testIds[id], isClosed: closed.includes(id), rows: 1 }] as const);
  return {
    type: 'CompareScan',
    data: {
      scan: about(scan),
      comparedAt: '2026-11-29T00:00:00.000Z',
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
    comparedAt: '2026-11-29T00:00:00.000Z',
    ...{ seen: scan.sees?.length ?? 0, first: [], again: [], notSeen: [], closed: [], resolved: [], ...lists },
  },
});
