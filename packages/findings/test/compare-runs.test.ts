import type { RunCopy, ScanCompared } from '@evidence/contracts';
import { given } from '@evidence/decider/given';
import { describe, expect, it } from 'vitest';
import { type WeaknessEvent, weaknesses } from '../src/weaknesses/compare-scan.js';
import { comparisonOf, seenSince } from '../src/weaknesses/comparison.js';
import { compare, outcome, type Scan } from './compared-scans.js';

const endpoint = given(weaknesses, { equal: (actual, expected, because) => expect(actual, because).toEqual(expected) });

const first = (...findingIds: string[]) => ({ first: [{ findingIds }] });
const NOBODY_SAW: Scan = { id: 'scn_1', sees: ['a', 'b'] };
const found = outcome(NOBODY_SAW, first('a', 'b'));

describe('a scan without a stated time', () => {
  const undated: Scan = { id: 'scn_2', day: null, importedOn: 20, sees: ['a'], passes: ['b'] };
  const again = outcome(undated, { again: ['a'] });

  it('is an observation and does not show that a weakness is gone, because it may have run before the others', () => {
    endpoint(found).when(compare(undated)).then(again);
  });

  it('counts as run at its import: a scan that ran before that does not show that its weaknesses are gone', () => {
    const before = { id: 'scn_3', day: 19, passes: ['a', 'b'] };
    const after = { id: 'scn_4', day: 21, passes: ['a', 'b'] };
    endpoint(found, again)
      .when(compare(before))
      .then(outcome(before, { notSeen: ['b'] }));
    endpoint(found, again)
      .when(compare(after))
      .then(outcome(after, { notSeen: ['a', 'b'] }));
  });

  it('reopens nothing by itself; a copy of its run that states a time does, whichever came first', () => {
    const fixed: WeaknessEvent = {
      type: 'FixClaimed',
      data: {
        ...{ findingId: 'a', tenant: 'acme', endpointId: 'ep_chat' },
        ...{ claimedAt: '2026-11-10T00:00:00.000Z', claimedBy: 'token:tok_1' },
      },
    };
    const hitlog: Scan = { ...undated, copy: { runId: 'run_1', kind: 'hitlog', results: 1 } };
    const report: Scan = { ...undated, id: 'scn_3', day: 15, copy: { runId: 'run_1', kind: 'report', results: 2 } };
    const alone = [found, fixed, outcome(hitlog, { again: ['a'] })];
    expect(comparisonOf(alone, hitlog.id).reopening).toBeUndefined();
    const reopening = { findingIds: ['a'], scanId: report.id, ranAt: '2026-11-15T08:00:00.000Z' };
    for (const scans of [
      [hitlog, report],
      [report, hitlog],
    ]) {
      const past = [found, fixed];
      for (const scan of scans) past.push(...weaknesses.decide(compare(scan), past));
      for (const { id } of scans) expect(comparisonOf(past, id).reopening).toEqual(reopening);
    }
  });
});

describe('files of one run', () => {
  const of = (kind: RunCopy['kind'], results = 10): RunCopy => ({ runId: 'run_1', kind, results });
  const scan = (kind: RunCopy['kind'], sees: readonly string[], results?: number): Scan => ({
    ...{ id: `scn_${kind}_${results ?? ''}`, sees, copy: of(kind, results) },
  });
  const copyOf = (scanId: string) => ({ copyOf: { scanId, superseded: false } });

  it.each([
    ['hitlog', 'digest'],
    ['hitlog', 'report'],
    ['digest', 'report'],
  ] as const)('a %s is superseded by the %s that comes after it, and adds nothing after it', (lesser, better) => {
    const [less, more] = [scan(lesser, ['a']), scan(better, ['a', 'c'])];
    endpoint(outcome(less, first('a')))
      .when(compare(more))
      .then(outcome(more, { supersedes: [less.id], ...first('c'), again: ['a'] }));
    endpoint(outcome(more, first('a', 'c')))
      .when(compare(less))
      .then(outcome(less, copyOf(more.id)));
  });

  it('that each have something of their own are not copies, and both count', () => {
    for (const [one, other] of [
      [scan('hitlog', ['a', 'b']), scan('report', ['a', 'c'])],
      [scan('report', ['a', 'b'], 5), scan('report', ['a', 'c'], 9)],
    ] as const)
      for (const [before, after, firstSeen, seenFirst] of [
        [one, other, 'c', ['a', 'b']],
        [other, one, 'b', ['a', 'c']],
      ] as const)
        endpoint(outcome(before, first(...seenFirst)))
          .when(compare(after))
          .then(outcome(after, { apart: [before.id], ...first(firstSeen), again: ['a'] }));
  });

  it('are not copies if one tested more than the more complete one, or saw more passes', () => {
    const test = (id: string, passed: number, failed: number) => ({ id, passed, failed });
    const small = { ...scan('report', ['a'], 5), tests: [test('p', 0, 3), test('q', 2, 0)] };
    const others = [[test('p', 4, 5)], [test('p', 4, 5), test('q', 1, 0)], [test('p', 4, 2), test('q', 2, 0)]] as const;
    for (const tests of others) {
      const large = { ...scan('report', ['a'], 9), tests: [...tests] };
      endpoint(outcome(small, first('a')))
        .when(compare(large))
        .then(outcome(large, { apart: [small.id], again: ['a'] }));
    }
    const whole = { ...scan('report', ['a'], 9), tests: [test('p', 4, 5), test('q', 2, 1)] };
    endpoint(outcome(small, first('a')))
      .when(compare(whole))
      .then(outcome(whole, { supersedes: [small.id], again: ['a'] }));
  });

  it('of one kind that state different times are two runs with one name', () => {
    const monday = { ...scan('report', ['a', 'b'], 10), day: 2 };
    const tuesday = { ...monday, id: 'scn_tuesday', day: 3, sees: ['a'], passes: ['b'] };
    endpoint(outcome(monday, first('a', 'b')))
      .when(compare(tuesday))
      .then(outcome(tuesday, { again: ['a'], notSeen: ['b'] }));
  });

  it('the same file again, or one with less, adds nothing; one with more supersedes', () => {
    const half = scan('report', ['a'], 5);
    const whole = scan('report', ['a', 'b'], 10);
    const again = { ...whole, id: 'scn_again' };
    endpoint(outcome(half, first('a')))
      .when(compare(whole))
      .then(outcome(whole, { supersedes: [half.id], ...first('b'), again: ['a'] }));
    for (const copy of [again, half])
      endpoint(outcome(whole, first('a', 'b')))
        .when(compare(copy))
        .then(outcome(copy, copyOf(whole.id)));
  });

  it('a third copy is compared with the one that counts', () => {
    const [hitlog, digest, report] = [scan('hitlog', ['a']), scan('digest', ['a']), scan('report', ['a'])];
    const past = [outcome(hitlog, first('a')), outcome(report, { supersedes: [hitlog.id], again: ['a'] })];
    endpoint(...past)
      .when(compare(digest))
      .then(outcome(digest, copyOf(report.id)));
  });

  it('a file that contains two others supersedes both', () => {
    const [one, other, whole] = [scan('report', ['a'], 1), scan('report', ['b'], 2), scan('report', ['a', 'b'], 3)];
    const past = [outcome(one, first('a')), outcome(other, { apart: [one.id], ...first('b') })];
    endpoint(...past)
      .when(compare(whole))
      .then(outcome(whole, { supersedes: [one.id, other.id], again: ['a', 'b'] }));
    expect(
      comparisonOf([...past, ...weaknesses.decide(compare(whole), past)], whole.id).copies.map(
        ({ loser }) => loser.scanId,
      ),
    ).toEqual([one.id, other.id]);
  });

  it('count once as a clean scan', () => {
    const digest = { ...scan('digest', []), day: 3, passes: ['a'] };
    const report = { ...scan('report', []), day: 3, passes: ['a', 'b'] };
    const past = [found, outcome(digest, { notSeen: ['a'] })];
    endpoint(...past)
      .when(compare(report))
      .then(outcome(report, { supersedes: [digest.id], notSeen: ['b'] }));
  });

  it('have the time of the copy that states one; a hitlog does not', () => {
    const hitlog = { ...scan('hitlog', ['a']), day: null, importedOn: 20 };
    const report = { ...scan('report', ['a']), day: 2 };
    const past = [outcome(hitlog, first('a')), outcome(report, { supersedes: [hitlog.id], again: ['a'] })];
    const later = { id: 'scn_later', day: 10, passes: ['a'] };
    endpoint(...past)
      .when(compare(later))
      .then(outcome(later, { notSeen: ['a'] }));
  });

  it('are recognised by equal rows if they do not name the run; the file that names or dates it counts', () => {
    const lines: Scan = { id: 'scn_lines', day: null, rows: 'r1', sees: ['a'] };
    const json: Scan = { ...scan('report', ['a']), day: 3, rows: 'r1' };
    endpoint(outcome(lines, first('a')))
      .when(compare(json))
      .then(outcome(json, { supersedes: [lines.id], again: ['a'] }));
    endpoint(outcome(json, first('a')))
      .when(compare(lines))
      .then(outcome(lines, copyOf(json.id)));
    const others: Scan[] = [
      { ...lines, id: 'scn_other', rows: 'r2' },
      { ...json, id: 'scn_other', copy: { runId: 'run_2', kind: 'report', results: 10 } },
      { ...json, id: 'scn_other', day: 4 },
    ];
    for (const other of others)
      endpoint(outcome(json, first('a')))
        .when(compare(other))
        .then(outcome(other, { again: ['a'] }));
  });

  it('are not recognised if another tool has a run of that name, or the file has no id', () => {
    const other = { id: 'scn_other', day: 2, sees: ['a'] };
    const ofOtherTool = outcome(scan('report', ['a']), first('a')) as { data: ScanCompared } & WeaknessEvent;
    const past = [{ ...ofOtherTool, data: { ...ofOtherTool.data, tool: 'pyrit' } } as WeaknessEvent];
    const same = { ...other, copy: of('hitlog') };
    endpoint(...past)
      .when(compare(same))
      .then(outcome(same, { again: ['a'] }));
    endpoint(outcome(scan('report', ['a']), first('a')))
      .when(compare(other))
      .then(outcome(other, { again: ['a'] }));
  });
});

describe('an import that was interrupted before it resolved weaknesses', () => {
  it('does not resolve what a later scan saw again', () => {
    const clean: Scan = { id: 'scn_2', day: 2, passes: ['a', 'b'] };
    const past = [found, outcome(clean, { notSeen: ['a', 'b'], resolved: ['a', 'b'] })];
    const later: Scan = { id: 'scn_3', day: 3, sees: ['a'] };
    const older: Scan = { id: 'scn_0', day: 1, sees: ['b'] };
    const known = [...past, outcome(later, { again: ['a'] }), outcome(older, { again: ['b'] })];
    expect([...comparisonOf(known, clean.id).resolved.keys()]).toEqual(['b']);
    expect([...seenSince(known, clean.id, new Set(['a']))]).toEqual([
      { findingIds: ['a'], scanId: 'scn_3', ranAt: '2026-11-03T08:00:00.000Z' },
    ]);
  });
});
