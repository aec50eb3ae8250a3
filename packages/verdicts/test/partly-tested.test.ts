import type { ScopedScan } from '@evidence/contracts';
import { expect, it } from 'vitest';
import { asked, controlIn, map, probe, scan, scope, verdicts } from './samples.js';

it('keeps the totals that some scans state, and counts failures of an unknown total separately', () => {
  const unknown = { total: null, passed: null, failed: 2, unscored: 0 };
  const scans = [scan(probe(verdicts(3, 1), 'OWASP_LLM01')), scan(probe(unknown, 'OWASP_LLM01'))];
  const expected = { total: 4, passed: 3, failed: 3, failedOfUnknownTotal: 2, unscored: 0 };
  for (const order of [scans, scans.toReversed()])
    expect(controlIn(map(scope([], order), asked('OWASP_LLM')), 'OWASP_LLM01')?.evaluations).toEqual(expected);
});

it('calls a control clean only if in one scan every attempt on it was judged', () => {
  const judge = (...scans: ScopedScan[]) => controlIn(map(scope([], scans), asked('OWASP_LLM')), 'OWASP_LLM09');
  const gap = scan(probe(verdicts(1, 0, 99), 'OWASP_LLM09'));
  expect(judge(gap)).toMatchObject({
    ...{ verdict: 'partly_tested', evaluations: { total: 1, passed: 1, failed: 0, unscored: 99 } },
  });
  const elsewhere = scan(probe(verdicts(1, 0), 'OWASP_LLM09'), probe(verdicts(0, 0, 1), 'OWASP_LLM09'));
  expect(judge(elsewhere), 'another probe of the control').toMatchObject({ verdict: 'partly_tested' });
  const other = scan(probe(verdicts(1, 0), 'OWASP_LLM09'), probe(verdicts(0, 0, 1), 'OWASP_LLM01'));
  expect(judge(other), 'a probe of another control').toMatchObject({
    verdict: 'clean',
    evaluations: { unscored: 0 },
  });
  const again = scan(probe(verdicts(2, 0), 'OWASP_LLM09'));
  expect(judge(gap, again), 'repeated').toMatchObject({ verdict: 'clean', evaluations: { total: 3, unscored: 99 } });
});

it('calls nothing clean in a scan that was not read completely', () => {
  const partly: ScopedScan = {
    ...scan(probe(verdicts(9, 0), 'OWASP_LLM09'), probe(verdicts(8, 1), 'OWASP_LLM01')),
    run: { outcome: 'incomplete', problems: ['1 row was skipped as not_json.'] },
  };
  const mapping = map(scope([], [partly]), asked('OWASP_LLM'));
  expect(controlIn(mapping, 'OWASP_LLM09')).toMatchObject({ verdict: 'partly_tested', evaluations: { passed: 9 } });
  expect(controlIn(mapping, 'OWASP_LLM01')).toMatchObject({ verdict: 'finding_outside_scope' });
});
