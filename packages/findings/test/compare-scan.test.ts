import { given } from '@evidence/decider/given';
import { describe, expect, it } from 'vitest';
import { weaknesses } from '../src/weaknesses/compare-scan.js';
import { knownWeaknesses } from '../src/weaknesses/known-weaknesses.js';
import { compare, outcome, type Scan } from './compared-scans.js';

const endpoint = given(weaknesses, { equal: (actual, expected, because) => expect(actual, because).toEqual(expected) });

const first = (...findingIds: string[]) => ({ first: [{ findingIds }] });
const NOBODY_SAW: Scan = { id: 'scn_1', sees: ['a', 'b'] };
const found = outcome(NOBODY_SAW, first('a', 'b'));

describe('a scan of an endpoint', () => {
  it('sees new weaknesses for the first time', () => {
    endpoint().when(compare(NOBODY_SAW)).then(found);
  });

  it('sees known weaknesses again, and adds no second weakness', () => {
    const later = { id: 'scn_2', day: 2, sees: ['b', 'c'] };
    endpoint(found)
      .when(compare(later))
      .then(outcome(later, { ...first('c'), again: ['b'] }));
  });

  it('lists the weaknesses that it tested and did not see, and none that it did not test', () => {
    const later = { id: 'scn_2', day: 2, passes: ['a', 'z'] };
    endpoint(found)
      .when(compare(later))
      .then(outcome(later, { notSeen: ['a'] }));
  });

  it('goes by the test if several weaknesses share one', () => {
    const both = { ...NOBODY_SAW, testIds: { a: 'tst_1', b: 'tst_1' } };
    const together = outcome(both, { first: [{ testId: 'tst_1', findingIds: ['a', 'b'] }] });
    const later = { id: 'scn_2', day: 2, passes: ['tst_1', 'a'] };
    endpoint().when(compare(both)).then(together);
    endpoint(together)
      .when(compare(later))
      .then(outcome(later, { notSeen: ['a', 'b'] }));
  });

  it('that is older and comes late clears nothing, but is an observation', () => {
    const seenOnDay9 = { id: 'scn_9', day: 9, sees: ['a'] };
    const older = { id: 'scn_2', day: 2, sees: ['b'], passes: ['a'] };
    endpoint(found, outcome(seenOnDay9, { again: ['a'] }))
      .when(compare(older))
      .then(outcome(older, { again: ['b'] }));
  });

  it('that ran at the same instant as the last one clears nothing', () => {
    const twin = { id: 'scn_2', passes: ['a', 'b'] };
    endpoint(found).when(compare(twin)).then(outcome(twin, {}));
  });

  it('lists what its file closes, whether seen first or again', () => {
    const later = { id: 'scn_2', day: 2, sees: ['a', 'c'], closed: ['a', 'c'] };
    endpoint(found)
      .when(compare(later))
      .then(outcome(later, { ...first('c'), again: ['a'], closed: ['a', 'c'] }));
  });

  it('that was compared before, and is read by an importer that finds more, adds only the difference', () => {
    const more = { ...NOBODY_SAW, sees: ['a', 'c', 'b'], passes: ['a'] };
    endpoint(found)
      .when(compare(more))
      .then(outcome(more, first('c')));
    endpoint(found)
      .when(compare({ ...NOBODY_SAW, sees: ['a'] }))
      .thenNothing();
  });
});

describe('the tenant’s policy', () => {
  const clean = (id: string, day: number, afterCleanScans?: number): Scan => ({
    ...{ id, day, passes: ['a'] },
    ...(afterCleanScans !== undefined && { afterCleanScans }),
  });
  const once = outcome(clean('scn_2', 2), { notSeen: ['a'] });

  it('resolves a weakness at the scan that reaches the number, and not again', () => {
    const second = clean('scn_3', 3, 2);
    const resolved = outcome(second, { notSeen: ['a'], resolved: ['a'] });
    endpoint(found)
      .when(compare(clean('scn_2', 2, 2)))
      .then(once);
    endpoint(found, once).when(compare(second)).then(resolved);
    const third = clean('scn_4', 4, 2);
    endpoint(found, once, resolved)
      .when(compare(third))
      .then(outcome(third, { notSeen: ['a'] }));
  });

  it('that is set after clean scans applies from the next scan on', () => {
    const third = clean('scn_4', 4, 2);
    endpoint(found, once, outcome(clean('scn_3', 3), { notSeen: ['a'] }))
      .when(compare(third))
      .then(outcome(third, { notSeen: ['a'], resolved: ['a'] }));
  });

  it('starts counting again once the weakness was seen again', () => {
    const again = outcome({ id: 'scn_3', day: 3 }, { again: ['a'] });
    const next = clean('scn_4', 4, 2);
    endpoint(found, once, again)
      .when(compare(next))
      .then(outcome(next, { notSeen: ['a'] }));
  });

  it('does not resolve what the file closes, or what is not tested', () => {
    const suppressed = outcome({ ...NOBODY_SAW, closed: ['a'] }, { ...first('a', 'b'), closed: ['a'] });
    const next = clean('scn_2', 2, 1);
    endpoint(suppressed)
      .when(compare(next))
      .then(outcome(next, { notSeen: ['a'] }));
  });

  it('goes by the file of the last scan that saw the weakness, not of the last import', () => {
    const suppressed = outcome({ ...NOBODY_SAW, day: 5, closed: ['a'] }, { ...first('a', 'b'), closed: ['a'] });
    const older = outcome({ id: 'scn_0', day: 2, sees: ['a'] }, { again: ['a'] });
    const next = clean('scn_6', 6, 1);
    endpoint(suppressed, older)
      .when(compare(next))
      .then(outcome(next, { notSeen: ['a'] }));
  });

  it('that is not set resolves nothing', () => {
    const many = [2, 3, 4, 5].map((day) => outcome(clean(`scn_${day}`, day), { notSeen: ['a'] }));
    const next = clean('scn_6', 6);
    endpoint(found, ...many)
      .when(compare(next))
      .then(outcome(next, { notSeen: ['a'] }));
  });
});

it('a comparison that does not fit into one event is split', () => {
  const sees = Array.from({ length: 45_000 }, (_, index) => `fnd_${index}`);
  const events = weaknesses.decide(compare({ id: 'scn_1', sees }), []);
  expect(events).toHaveLength(3);
  const known = knownWeaknesses(events.flatMap((event) => (event.type === 'ScanCompared' ? [event.data] : [])));
  expect(known.size).toBe(45_000);
  expect(weaknesses.decide(compare({ id: 'scn_1', sees }), events)).toEqual([]);
});
