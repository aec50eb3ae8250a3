import { describe, expect, it } from 'vitest';
import { loadFrameworks } from '../src/load.js';

const frameworks = loadFrameworks();

describe('applicability', () => {
  const consolidated = frameworks.catalog('EU_AI_ACT', '2024/1689@2026-07-27');
  const of = (ref: string) => consolidated?.controls.find((each) => each.ref === ref)?.applicability;

  it('states who every provision of the consolidated AI Act addresses, and from when', () => {
    for (const { ref, applicability } of consolidated?.controls ?? []) {
      expect(applicability?.roles.length, ref).toBeGreaterThan(0);
      expect(applicability?.riskClasses.length, ref).toBeGreaterThan(0);
      const dated = applicability?.appliesWith === undefined ? applicability : of(applicability.appliesWith);
      expect(dated?.appliesFrom.length, ref).toBeGreaterThan(0);
    }
    expect(consolidated?.controls.filter(({ applicability }) => applicability?.reviewed)).toHaveLength(39 + 3);
  });

  it('gives each route of the high-risk rules its own day, and Article 5 to every operator', () => {
    expect(of('EU_AI_ACT_Art15')).toMatchObject({
      roles: ['provider'],
      appliesFrom: [
        { date: '2027-12-02', riskClass: 'high-risk-annex-iii' },
        { date: '2028-08-02', riskClass: 'high-risk-annex-i' },
      ],
      reviewed: true,
    });
    expect(of('EU_AI_ACT_Art5')).toMatchObject({
      roles: ['provider', 'deployer', 'importer', 'distributor', 'product-manufacturer'],
      riskClasses: ['prohibited'],
    });
    expect(of('EU_AI_ACT_Art55')?.roles).toEqual(['gpai-systemic-risk-provider']);
    expect(of('EU_AI_ACT_Art28')?.reviewed).toBe(false);
  });
});

describe('duties for a whole class of systems', () => {
  it.each([
    ['EU_AI_ACT', '2024/1689@2026-07-27', ['Article 9', 'Article 17'], ['Article 15', 'Article 50']],
    ['EU_AI_ACT', '2024/1689', ['Article 9', 'Article 17'], ['Article 15', 'Article 50']],
    ['ISO_42001', '2023', ['4.1', '6.1.2', '8.4', '10.2'], ['A.6.2.4', 'A.2.2']],
    ['NIST_AI_600_1', '1.0', ['GV-1.1', 'GV-6.1'], ['MS-2.7', 'GAI risk 2.9']],
  ] as const)('are marked in %s@%s', (framework, edition, every, single) => {
    const controls = frameworks.catalog(framework, edition)?.controls ?? [];
    const of = (id: string) => controls.find(({ nativeId }) => nativeId === id)?.appliesToEvery;
    for (const id of every) expect(of(id), id).toMatch(/^every /);
    for (const id of single) expect(of(id), id).toBeUndefined();
  });
});
