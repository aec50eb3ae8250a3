import type { RunCopy } from '@evidence/contracts';
import { foldOf } from '@evidence/decider';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WeaknessEvent, weaknesses } from '../src/weaknesses/compare-scan.js';
import { runsOf } from '../src/weaknesses/runs.js';
import { compare, type Scan } from './compared-scans.js';

describe('for any scans, in any order', () => {
  const ids = ['a', 'b', 'c', 'd'];
  /** Some scans come more than once. A scan's id is derived from its bytes, so it has the same content each time. */
  const scans: fc.Arbitrary<Scan[]> = fc
    .array(
      fc.record({
        id: fc.constantFrom('scn_1', 'scn_2', 'scn_3', 'scn_4', 'scn_5'),
        day: fc.option(fc.integer({ min: 1, max: 9 })),
        importedOn: fc.integer({ min: 9, max: 28 }),
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

  it('every weakness is seen first exactly once, before anything else happens to it', () => {
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

  /** What remains of a run, without file names: of two equal files, the first counts. */
  const counting = (past: readonly WeaknessEvent[]): string[] => {
    const compared = comparedIn(past);
    const runs = runsOf(compared);
    const files = compared.filter(({ scanId, copy }) => copy && runs.countingFor(scanId) === scanId);
    return [
      ...new Set(
        files.map(({ startedAt, copy, first: groups, again }) => {
          const sees = [...groups.flatMap(({ findingIds }) => findingIds), ...again].sort();
          return JSON.stringify([startedAt, copy, sees]);
        }),
      ),
    ].sort();
  };
  /** Files of two runs, each with one stated time or none. */
  const files: fc.Arbitrary<Scan[]> = fc
    .array(
      fc.record({
        runId: fc.constantFrom('run_1', 'run_2'),
        kind: fc.constantFrom<RunCopy['kind']>('report', 'digest', 'hitlog'),
        results: fc.nat(2),
        isDated: fc.boolean(),
        sees: fc.subarray(ids),
      }),
      { maxLength: 6 },
    )
    .map((drawn) =>
      drawn.map(({ runId, kind, results, isDated, sees }, index) => ({
        id: `scn_${index}`,
        day: isDated ? (runId === 'run_1' ? 1 : 2) : null,
        copy: { runId, kind, results },
        sees,
      })),
    );

  it('the same files of a run count, whichever came first', () => {
    fc.assert(
      fc.property(
        files.chain((drawn) => fc.tuple(fc.constant(drawn), fc.shuffledSubarray(drawn, { minLength: drawn.length }))),
        ([drawn, shuffled]) => {
          expect(counting(run(shuffled))).toEqual(counting(run(drawn)));
        },
      ),
      { seed: 20261129, numRuns: 1000 },
    );
  });

  it('every weakness of a file that does not count is in a copy that counts', () => {
    fc.assert(
      fc.property(files, (drawn) => {
        const compared = comparedIn(run(drawn));
        const runs = runsOf(compared);
        for (const { id, sees = [] } of drawn) {
          const parts = compared.filter(({ scanId }) => scanId === runs.countingFor(id));
          const seen = parts.flatMap(({ first: groups, again }) => [
            ...groups.flatMap((each) => each.findingIds),
            ...again,
          ]);
          expect(seen).toEqual(expect.arrayContaining([...sees]));
        }
      }),
      { seed: 20261129, numRuns: 1000 },
    );
  });
});
