import type { RunCopy, ScanCompared } from '@evidence/contracts';
import { foldOf } from '@evidence/decider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WeaknessEvent, weaknesses } from '../src/weaknesses/compare-scan.js';
import { compare, type Scan } from './compared-scans.js';

describe('whatever scans come, in whatever order', () => {
  const ids = ['a', 'b', 'c', 'd'];
  /** Some scans come more than once; a scan's id follows from its bytes, so that it says the same each time. */
  const scans: fc.Arbitrary<Scan[]> = fc
    .array(
      fc.record({
        id: fc.constantFrom('scn_1', 'scn_2', 'scn_3', 'scn_4', 'scn_5'),
        day: fc.integer({ min: 1, max: 9 }),
        copy: fc.option(
          fc.record({
            runId: fc.constantFrom('run_1', 'run_2'),
            kind: fc.constantFrom<RunCopy['kind']>('report', 'digest', 'hitlog'),
            results: fc.nat(3),
          }),
          { nil: undefined },
        ),
        sees: fc.subarray(ids),
        passes: fc.subarray(ids),
        afterCleanScans: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      }),
      { maxLength: 8 },
    )
    .map((drawn) => drawn.map(({ id }) => drawn.find((each) => each.id === id))) as fc.Arbitrary<Scan[]>;

  const run = (drawn: readonly Scan[]): WeaknessEvent[] => {
    const past: WeaknessEvent[] = [];
    for (const scan of drawn) past.push(...weaknesses.decide(compare(scan), foldOf(weaknesses, past)));
    return past;
  };
  const comparedIn = (past: readonly WeaknessEvent[]) =>
    past.flatMap((event) => (event.type === 'ScanCompared' ? [event.data] : []));

  it('the same scan again decides nothing', () => {
    fc.assert(
      fc.property(scans, (drawn) => {
        const past = run(drawn);
        for (const scan of drawn.slice(-1)) expect(weaknesses.decide(compare(scan), past)).toEqual([]);
      }),
      { seed: 20261129, numRuns: 1000 },
    );
  });

  it('every weakness is first seen exactly once, and before it is anything else', () => {
    fc.assert(
      fc.property(scans, (drawn) => {
        const known = new Set<string>();
        for (const { first: groups, again, notSeen, resolved } of comparedIn(run(drawn))) {
          const fresh = groups.flatMap(({ findingIds }) => findingIds);
          for (const id of fresh) expect(known.has(id)).toBe(false);
          for (const id of [...again, ...notSeen]) expect(known.has(id)).toBe(true);
          for (const id of resolved) expect(notSeen).toContain(id);
          for (const id of notSeen) expect([...fresh, ...again]).not.toContain(id);
          for (const id of fresh) known.add(id);
        }
        const seen = new Set(drawn.flatMap(({ sees = [] }) => sees));
        expect([...known].sort()).toEqual([...seen].sort());
      }),
      { seed: 20261129, numRuns: 1000 },
    );
  });

  it('of the copies of a run the most complete one counts, whichever came first', () => {
    const rank = ({ kind, results }: RunCopy) => ['hitlog', 'digest', 'report'].indexOf(kind) * 10 + results;
    fc.assert(
      fc.property(scans, (drawn) => {
        const compared = comparedIn(run(drawn));
        for (const runId of ['run_1', 'run_2']) {
          const copies = compared.filter(({ copy }) => copy?.runId === runId);
          const counting = copies.reduce<ScanCompared | undefined>(
            (now, copy) => (now === undefined || copy.copyOf?.superseded ? copy : now),
            undefined,
          );
          const best = Math.max(...copies.map(({ copy }) => (copy ? rank(copy) : 0)));
          if (counting?.copy) expect(rank(counting.copy)).toBe(best);
        }
      }),
      { seed: 20261129, numRuns: 1000 },
    );
  });
});
