import type { ScopedScan, SystemProfile } from '@evidence/contracts';
import { type Frameworks, frameworksOf } from '@evidence/frameworks';
import { describe, expect, it } from 'vitest';
import {
  asked,
  controlIn,
  direct,
  finding,
  frameworks,
  frameworksWith,
  map,
  pair,
  probe,
  scan,
  scope,
  verdicts,
} from './samples.js';

describe('coverage', () => {
  it('distinguishes finding, clean and not tested', () => {
    const snapshot = scope(
      [finding('fnd_1', direct('OWASP_LLM01'))],
      [
        scan(
          probe(verdicts(1, 4), 'OWASP_LLM01'),
          probe(verdicts(7, 0), 'OWASP_LLM09'),
          probe(verdicts(0, 0, 5), 'OWASP_LLM10'),
        ),
      ],
    );
    const mapping = map(snapshot, asked('OWASP_LLM'));
    expect(controlIn(mapping, 'OWASP_LLM01')).toMatchObject({
      verdict: 'finding',
      findingCount: 1,
      evaluations: { total: 5, passed: 1, failed: 4 },
    });
    expect(controlIn(mapping, 'OWASP_LLM09')).toMatchObject({
      verdict: 'clean',
      findingCount: 0,
      evaluations: { total: 7 },
    });
    expect(controlIn(mapping, 'OWASP_LLM10'), 'run without a verdict').toMatchObject({ verdict: 'not_tested' });
    expect(controlIn(mapping, 'OWASP_LLM08'), 'never run').toMatchObject({ verdict: 'not_tested' });
    expect(mapping.coverage[0]?.controls.map(({ ref }) => ref)).toEqual(
      frameworks.catalog('OWASP_LLM', '2025')?.controls.map(({ ref }) => ref),
    );
  });

  it('counts an unknown number neither as passed nor as failed', () => {
    const unknown = (failed: number) => ({ total: null, passed: null, failed, unscored: 0 });
    const probes = [probe(unknown(0), 'OWASP_LLM09'), probe(unknown(2), 'OWASP_LLM01')];
    const alone = map(scope([], [scan(...probes)]), asked('OWASP_LLM'));
    expect(controlIn(alone, 'OWASP_LLM09')).toMatchObject({
      ...{ verdict: 'not_tested', evaluations: { total: null, passed: null, failed: 0 } },
    });
    expect(controlIn(alone, 'OWASP_LLM01')).toMatchObject({
      ...{ verdict: 'finding_outside_scope', evaluations: { total: null, failed: 2 } },
    });
    const together = map(scope([], [scan(...probes, probe(verdicts(3, 0), 'OWASP_LLM09'))]), asked('OWASP_LLM'));
    expect(controlIn(together, 'OWASP_LLM09')).toMatchObject({ verdict: 'clean', evaluations: { total: 3 } });
  });

  it('calls nothing clean in a failed run, and keeps its failures', () => {
    const broken: ScopedScan = {
      ...scan(probe(verdicts(9, 0), 'OWASP_LLM09'), probe(verdicts(8, 1), 'OWASP_LLM01')),
      run: { outcome: 'failed', problems: ['The tool crashed.'] },
    };
    const mapping = map(scope([], [broken]), asked('OWASP_LLM'));
    expect(controlIn(mapping, 'OWASP_LLM09')).toMatchObject({ verdict: 'partly_tested', evaluations: { passed: 9 } });
    expect(controlIn(mapping, 'OWASP_LLM01')).toMatchObject({ verdict: 'finding_outside_scope' });
    const again = map(scope([], [broken, scan(probe(verdicts(1, 0), 'OWASP_LLM09'))]), asked('OWASP_LLM'));
    expect(controlIn(again, 'OWASP_LLM09')).toMatchObject({ verdict: 'clean' });
  });

  it('applies to another edition what was seen of the same entry', () => {
    const snapshot = scope(
      [finding('fnd_1', direct('OWASP_LLM06'))],
      [scan(probe(verdicts(3, 0), 'OWASP_LLM10'), probe(verdicts(1, 1), 'OWASP_LLM06'))],
    );
    const mapping = map(snapshot, asked('OWASP_LLM@2026'));
    expect(controlIn(mapping, 'OWASP_LLM_2026_03')).toMatchObject({ verdict: 'finding', nativeId: 'LLM03:2026' });
    expect(controlIn(mapping, 'OWASP_LLM_2026_06')).toMatchObject({ verdict: 'clean', title: 'Unbounded Consumption' });
  });

  it('gives the nearest entry of a retired one neither a finding nor clean', () => {
    const found = map(scope([finding('fnd_1', direct('OWASP_LLM_2023_10'))]), asked('OWASP_LLM'));
    expect(controlIn(found, 'OWASP_LLM10')).toMatchObject({ verdict: 'indicated', directCount: 0 });
    const passed = map(scope([], [scan(probe(verdicts(9, 0), 'OWASP_LLM_2023_10'))]), asked('OWASP_LLM'));
    expect(controlIn(passed, 'OWASP_LLM10')).toMatchObject({ verdict: 'not_tested' });
  });

  it('of an empty scope is not tested throughout', () => {
    const mapping = map(scope([]), asked('OWASP_LLM', 'ISO_42001'));
    expect(new Set(mapping.coverage.flatMap(({ controls }) => controls.map(({ verdict }) => verdict)))).toEqual(
      new Set(['not_tested']),
    );
    expect(mapping).toMatchObject({ findings: [], overlaps: [], countsByBasis: { direct: 0, derived: 0 } });
  });

  it('states when a catalog was compared with its publisher, and whether that is too long ago', () => {
    const on = (dataAsOf: string) => map(scope([]), asked('EU_AI_ACT'), { dataAsOf }).coverage[0];
    expect(on('2026-11-30T00:00:00.000Z')).toMatchObject({ comparedAt: '2026-11-29', stale: false });
    expect(on('2027-02-27T23:59:59.000Z')).toMatchObject({ stale: false });
    expect(on('2027-02-28T00:00:00.000Z')).toMatchObject({ stale: true });
    expect(on('2026-11-30T00:00:00.000Z')?.notice).toMatch(/no legal force/);
  });
});

describe('a control that only the crosswalk leads to', () => {
  const crosswalk = frameworksWith(
    pair('OWASP_LLM01', 'EU_AI_ACT_Art15', { basis: 'derived' }),
    pair('OWASP_LLM09', 'EU_AI_ACT_Art15', { strength: 'supporting' }),
  );

  it('is indicated, with the best reason', () => {
    const findings = [finding('fnd_1', direct('OWASP_LLM01')), finding('fnd_2', direct('OWASP_LLM09'))];
    const mapping = map(scope(findings), asked('EU_AI_ACT'), { frameworks: crosswalk });
    expect(controlIn(mapping, 'EU_AI_ACT_Art15')).toMatchObject({
      ...{ verdict: 'indicated', findingCount: 2, directCount: 0 },
      indicatedBy: { basis: 'official', strength: 'supporting', via: 'OWASP_LLM09', source: 'A test, p. 1' },
    });
  });

  it('is never clean, because a pass for a related control is not evidence for this one', () => {
    const passed = scope([], [scan(probe(verdicts(9, 0), 'OWASP_LLM01'))]);
    const mapping = map(passed, asked('EU_AI_ACT', 'OWASP_LLM'), { frameworks: crosswalk });
    expect(controlIn(mapping, 'OWASP_LLM01')).toMatchObject({ verdict: 'clean' });
    expect(controlIn(mapping, 'EU_AI_ACT_Art15')).toMatchObject({ verdict: 'not_tested', evaluations: { total: 0 } });
  });

  it('is a finding once a finding is tagged with it', () => {
    const mapping = map(scope([finding('fnd_1', direct('OWASP_LLM01', 'EU_AI_ACT_Art15'))]), asked('EU_AI_ACT'), {
      frameworks: crosswalk,
    });
    const control = controlIn(mapping, 'EU_AI_ACT_Art15');
    expect(control).toMatchObject({ verdict: 'finding', findingCount: 1, directCount: 1 });
    expect(control).not.toHaveProperty('indicatedBy');
  });
});

describe('a control with findings outside the scope', () => {
  it('is not clean if its probes failed, even if no finding in scope is tagged with it', () => {
    const mapping = map(scope([], [scan(probe(verdicts(9, 1), 'OWASP_LLM09'))]), asked('OWASP_LLM'));
    expect(controlIn(mapping, 'OWASP_LLM09')).toMatchObject({ verdict: 'finding_outside_scope', findingCount: 0 });
  });

  it.each(['before_from', 'after_to'] as const)('is not clean while a finding %s the dates is open', (reason) => {
    const openElsewhen = [{ reason, refs: direct('OWASP_LLM09'), findings: 2 }];
    const snapshot = { ...scope([], [scan(probe(verdicts(5, 0), 'OWASP_LLM09'))]), openElsewhen };
    expect(controlIn(map(snapshot, asked('OWASP_LLM')), 'OWASP_LLM09')).toMatchObject({
      verdict: 'finding_outside_scope',
      outsideScope: { elsewhen: { [reason]: 2 } },
    });
    const without = map({ ...snapshot, openElsewhen: [] }, asked('OWASP_LLM'));
    expect(controlIn(without, 'OWASP_LLM09')).toMatchObject({ verdict: 'clean' });
  });

  it('counts them by severity and disposition, if they are tagged with it directly', () => {
    const refs = direct('OWASP_LLM06');
    const snapshot = {
      ...scope([], [scan(probe(verdicts(5, 0), 'OWASP_LLM06'))]),
      outside: [
        { severity: 'low' as const, status: 'open' as const, refs, findings: 2 },
        { severity: 'low' as const, status: 'triaged' as const, refs, findings: 1 },
        { severity: 'high' as const, status: 'accepted' as const, refs, findings: 4 },
      ],
    };
    const mapping = map(snapshot, asked('OWASP_LLM@2026', 'OWASP_AGENTIC'), {
      frameworks: frameworksWith(pair('OWASP_LLM06', 'OWASP_AGENTIC_ASI01')),
    });
    expect(controlIn(mapping, 'OWASP_LLM_2026_03')).toMatchObject({
      verdict: 'finding_outside_scope',
      outsideScope: { closed: { accepted: 4 }, unrequested: { low: 3 } },
    });
    expect(controlIn(mapping, 'OWASP_AGENTIC_ASI01'), 'the crosswalk does not lead there').toMatchObject({
      verdict: 'not_tested',
    });
  });
});

describe('a system that the request describes', () => {
  const snapshot = scope([finding('fnd_1', direct('EU_AI_ACT_Art15')), finding('fnd_2', direct('OWASP_LLM01'))]);
  const crosswalk = frameworksWith(pair('OWASP_LLM01', 'EU_AI_ACT_Art26'), pair('OWASP_LLM01', 'EU_AI_ACT_Art55'));
  const judge = (system?: SystemProfile) =>
    map(snapshot, asked('EU_AI_ACT', 'OWASP_LLM'), { system, frameworks: crosswalk });

  it('makes controls inapplicable, and changes verdicts only', () => {
    const mapping = judge({ roles: ['provider'], generalPurpose: 'none' });
    expect(controlIn(mapping, 'EU_AI_ACT_Art26')).toMatchObject({
      ...{ verdict: 'not_applicable', findingCount: 1, indicatedBy: { via: 'OWASP_LLM01' } },
      notApplicable: { reason: 'addressee' },
    });
    expect(controlIn(mapping, 'EU_AI_ACT_Art55')).toMatchObject({
      ...{ verdict: 'not_applicable', notApplicable: { reason: 'general_purpose', from: '2025-08-02' } },
    });
    const undescribed = judge();
    expect(controlIn(undescribed, 'EU_AI_ACT_Art26')).toMatchObject({ verdict: 'indicated' });
    expect(mapping.findings).toEqual(undescribed.findings);
    expect(mapping.overlaps).toEqual(undescribed.overlaps);
  });

  it('keeps a finding a finding, with a note', () => {
    const control = controlIn(judge({ roles: ['provider'] }), 'EU_AI_ACT_Art15');
    expect(control).toMatchObject({ verdict: 'finding', notApplicable: { reason: 'not_yet', from: '2027-12-02' } });
    expect(control?.note).toMatch(/does not apply to the system as described\. It applies from 2027-12-02/);
    expect(controlIn(judge({ assessmentDate: '2027-12-02' }), 'EU_AI_ACT_Art15')).not.toHaveProperty('note');
  });

  it('is judged as of the day of the data, unless the request names another day', () => {
    expect(judge({ roles: ['provider'] }).assessmentDate).toBe('2026-11-29');
    expect(judge({ assessmentDate: '2027-12-02' }).assessmentDate).toBe('2027-12-02');
  });

  it('without one, controls state who they address and from when', () => {
    expect(controlIn(judge(), 'EU_AI_ACT_Art26')?.applicability?.text).toMatch(
      /^Addresses deployers \(.*\)\. .* 2027-12-02/,
    );
  });
});

it('a control that applies to every system of a class says so, and is a finding only by a tag of its own', () => {
  const everyControl = { ref: 'OWASP_LLM99', nativeId: 'LLM99', title: 'A duty', appliesToEvery: 'every AI system' };
  const [catalog] = frameworks.catalogs.filter(({ edition }) => edition === '2025');
  const known = frameworksOf({
    catalogs: frameworks.catalogs.map((each) => (each === catalog ? { ...each, controls: [everyControl] } : each)),
    ...{ version: '2026-11-29', pairs: [], successions: [], tagTables: [] },
  });
  const judge = (...refs: string[]) =>
    controlIn(
      map(scope([finding('fnd_1', direct(...refs))]), asked('OWASP_LLM'), { frameworks: known }),
      'OWASP_LLM99',
    );
  expect(judge('OWASP_LLM01')).toMatchObject({ verdict: 'not_tested', appliesToEvery: 'every AI system' });
  expect(judge('OWASP_LLM99')).toMatchObject({ verdict: 'finding', appliesToEvery: 'every AI system' });
});

describe('overlaps', () => {
  it('pair refs of requested frameworks in the order of the request: two direct ends first, then one, then none', () => {
    const refs = direct('OWASP_LLM01', 'OWASP_AGENTIC_ASI01');
    const findings = [1, 2, 3].map((n) => finding(`fnd_${n}`, direct('OWASP_LLM01')));
    const { overlaps } = map(
      scope([finding('fnd_0', refs), ...findings]),
      asked('OWASP_AGENTIC', 'OWASP_LLM', 'ISO_42001'),
      {
        frameworks: frameworksWith(
          pair('OWASP_LLM01', 'OWASP_AGENTIC_ASI02', { basis: 'published' }),
          pair('OWASP_LLM01', 'ISO_42001_A_6_2_4'),
        ),
      },
    );
    expect(overlaps).toEqual([
      {
        ...{ refA: 'OWASP_AGENTIC_ASI01', refB: 'OWASP_LLM01', findingCount: 1, directCount: 1, directEnds: 2 },
        ...{ basisA: 'direct', basisB: 'direct' },
      },
      {
        ...{ refA: 'OWASP_AGENTIC_ASI02', refB: 'OWASP_LLM01', findingCount: 4, directCount: 0, directEnds: 1 },
        ...{ basisA: 'published', basisB: 'direct' },
      },
      {
        ...{ refA: 'OWASP_LLM01', refB: 'ISO_42001_A_6_2_4', findingCount: 4, directCount: 0, directEnds: 1 },
        ...{ basisA: 'direct', basisB: 'official' },
      },
      {
        ...{ refA: 'OWASP_AGENTIC_ASI01', refB: 'ISO_42001_A_6_2_4', findingCount: 1, directCount: 0, directEnds: 1 },
        ...{ basisA: 'direct', basisB: 'official' },
      },
      {
        ...{ refA: 'OWASP_AGENTIC_ASI02', refB: 'ISO_42001_A_6_2_4', findingCount: 4, directCount: 0, directEnds: 0 },
        ...{ basisA: 'published', basisB: 'official' },
      },
    ]);
  });

  it('do not pair refs of one framework', () => {
    expect(map(scope([finding('fnd_1', direct('OWASP_LLM01', 'OWASP_LLM02'))]), asked('OWASP_LLM')).overlaps).toEqual(
      [],
    );
  });
});

it('what is known about a control does not depend on what was mapped before', () => {
  const fresh = () =>
    frameworksOf({
      ...{ version: '2026-11-29', catalogs: structuredClone(frameworks.catalogs), successions: [], tagTables: [] },
      pairs: [pair('OWASP_LLM01', 'EU_AI_ACT_Art5_1_a')],
    });
  const empty = scope([]);
  const full = scope([finding('fnd_1', direct('OWASP_LLM01'))], [scan(probe(verdicts(1, 4), 'OWASP_LLM02'))]);
  const system: SystemProfile = { roles: ['deployer'], generalPurpose: 'none' };
  const late = { dataAsOf: '2030-01-01T00:00:00.000Z' };
  const asks = [[empty, {}] as const, [full, {}] as const, [empty, { system }] as const, [full, late] as const];
  const coverage = ([snapshot, more]: (typeof asks)[number], of: Frameworks) =>
    JSON.stringify(map(snapshot, asked('OWASP_LLM', 'EU_AI_ACT'), { ...more, frameworks: of }).coverage);
  const used = fresh();
  for (const ask of [...asks, [empty, late] as const, ...asks])
    expect(coverage(ask, used)).toBe(coverage(ask, fresh()));
});
