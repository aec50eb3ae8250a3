import { describe, expect, it } from 'vitest';
import { differences } from '../src/compare.js';
import { readData } from '../src/load.js';

const data = readData();
const catalogOf = (framework: string, edition: string) =>
  data.catalogs.find((each) => each.framework === framework && each.edition === edition)!;

describe('an upstream catalog', () => {
  const ours = catalogOf('OWASP_AGENTIC', '2026');

  it('that equals ours has no differences', () => {
    for (const catalog of data.catalogs) expect(differences(catalog, data)).toEqual([]);
  });

  it('is compared by new, removed and changed entries, and by its edition', () => {
    const [first, ...others] = ours.controls;
    const controls = [
      { ...first, title: 'Goal Theft' },
      ...others.slice(1),
      { ref: 'OWASP_AGENTIC_ASI11', nativeId: 'ASI11:2027', title: 'New' },
    ];
    expect(differences({ ...ours, edition: '2027', controls }, data)).toEqual([
      'There is no catalog of OWASP_AGENTIC@2027; the file is compared with 2026.',
      'OWASP_AGENTIC_ASI01: the title is "Goal Theft", ours is "Agent Goal Hijack".',
      'OWASP_AGENTIC_ASI11 "New" is new.',
      'OWASP_AGENTIC_ASI02 "Tool Misuse & Exploitation" is not in the file any more.',
    ]);
  });

  it('with one kind of entry is compared with that kind only', () => {
    const { framework, edition, otherEntries = [] } = catalogOf('NIST_AI_600_1', '1.0');
    const functions = otherEntries.filter(({ kind }) => kind === 'function');
    expect(differences({ framework, edition, functions }, data)).toEqual([]);
    expect(differences({ framework, edition, functions: functions.slice(1) }, data)).toEqual([
      'NIST_AI_600_1_GV "GOVERN" is not in the file any more.',
    ]);
  });

  it('is compared by applicability and by retired ids', () => {
    const { framework, edition, controls } = catalogOf('EU_AI_ACT', '2024/1689@2026-07-27');
    const moved = controls.map((each) =>
      each.ref === 'EU_AI_ACT_Art15'
        ? { ...each, appliesFrom: [{ date: '2029-01-01' }], roles: ['provider', 'deployer'] }
        : each,
    );
    expect(differences({ framework, edition, controls: moved }, data)).toEqual([
      'EU_AI_ACT_Art15: roles is provider, deployer, ours is provider.',
      'EU_AI_ACT_Art15: appliesFrom is 2029-01-01, ours is 2027-12-02, 2028-08-02.',
    ]);
    const retired = [{ nativeId: 'AML.T0001', replacedBy: 'MITRE_ATLAS_AML_T0002' }];
    expect(differences({ framework: 'MITRE_ATLAS', edition: '2026.09', retired }, data)).toEqual([
      'AML.T0001 is retired, but is not an alias of MITRE_ATLAS_AML_T0002.',
    ]);
  });
});

it('the tags of a tool are compared by version, names and tags', () => {
  const { probes } = data.tagTables.find(({ tool }) => tool === 'garak')!;
  const [first, second, ...others] = Object.entries(probes).map(([probe, tags]) => ({ probe, tags: [...tags] }));
  first!.tags = ['owasp:llm99'];
  expect(
    differences(
      { tool: 'garak', toolVersion: '0.18.0', probes: [first, ...others, { probe: 'new.Probe', tags: [] }] },
      data,
    ),
  ).toEqual([
    'The file has the tags of garak 0.18.0, ours are of 0.16.1.pre1.',
    `${first!.probe} has the new tag owasp:llm99.`,
    `${first!.probe} no longer has the tag owasp:llm01.`,
    'new.Probe () is new.',
    `${second!.probe} is not in the file any more.`,
  ]);
});

it('pairs differ if one is new, has another strength, or is official in our data only', () => {
  const official = data.pairs.filter(({ basis }) => basis === 'official');
  const pairs = official.map(({ refA, refB, strength }) => ({ refA, refB, strength }));
  expect(differences({ pairs }, data)).toEqual([]);
  const [first, second, ...others] = pairs;
  const changed = [
    { ...first!, strength: 'other' },
    { refA: 'OWASP_LLM01', refB: 'EU_AI_ACT_Art1', strength: 'primary' },
    ...others,
  ];
  expect(differences({ pairs: changed }, data)).toEqual([
    `The pair ${first!.refA}, ${first!.refB} is other, ours is ${first!.strength}.`,
    'The pair OWASP_LLM01, EU_AI_ACT_Art1 (primary) is new.',
    `The pair ${second!.refA}, ${second!.refB} is official in our data, but is not in the file.`,
  ]);
});

it('anything else is not compared', () => {
  for (const other of [null, [], 'x', {}, { pairs: [] }]) expect(differences(other, data)).toBeUndefined();
});
