import type { ReportScan } from '@evidence/contracts';
import { describe, expect, it } from 'vitest';
import { openElsewhen } from '../src/standard/sentences/elsewhen.js';
import { sameRun } from '../src/standard/sentences/record.js';
import { sightings, started, startedOn } from '../src/standard/sentences/sightings.js';

const at = '2026-05-10T08:00:00.000Z';
const imported_at = '2026-06-20T09:30:00.000Z';

describe('a time that is not stated', () => {
  it('is shown as not stated, with the time of the import named as such', () => {
    expect(started({ started_at: null, imported_at })).toBe('time not stated (imported 2026-06-20 09:30:00 UTC)');
    expect(startedOn({ started_at: null })).toBe('not stated');
    expect([started({ started_at: at }), startedOn({ started_at: at })]).toEqual([
      '2026-05-10 08:00:00 UTC',
      '2026-05-10',
    ]);
  });

  it('does not count among the times at which a weakness was seen', () => {
    const undated = (observations: number) => ({ undated: { observations, imported_at } });
    const never = { first_seen: null, last_seen: null };
    expect(sightings({ ...never, observations: 1, ...undated(1) })).toBe(
      '1 observation without a stated time, imported 2026-06-20 09:30:00 UTC',
    );
    expect(sightings({ first_seen: at, last_seen: at, observations: 3, ...undated(2) })).toBe(
      'seen once, 2026-05-10 08:00:00 UTC; 2 observations without a stated time, last imported 2026-06-20 09:30:00 UTC',
    );
  });
});

it('names the other files of a run and says whether each counts', () => {
  const files = [
    { scan_id: 'scn_1', relation: 'copy', kind: 'hitlog', findings: 2 },
    { scan_id: 'scn_2', relation: 'copy', findings: 0 },
    { scan_id: 'scn_3', relation: 'apart', findings: 1 },
  ];
  const [hitlog, unnamed, apart] = sameRun({ same_run: files } as ReportScan);
  expect(hitlog).toMatch(/also imported as a hitlog \(scan scn_1, 2 findings\).*is counted once/);
  expect(unnamed).toMatch(/another export \(scan scn_2, 0 findings\)/);
  expect(apart).toMatch(/scn_3 \(1 finding\) is of the same run.*both are counted/i);
  expect(sameRun({} as ReportScan)).toEqual([]);
});

it('says which findings outside the period are still open', () => {
  expect(openElsewhen({ after_to: 1, before_from: 2 })).toEqual([
    '2 findings last seen before the period are still open.',
    '1 finding first seen after the period is still open.',
  ]);
  expect([openElsewhen({ after_to: 0 }), openElsewhen(undefined)]).toEqual([[], []]);
});
