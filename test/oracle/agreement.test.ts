import { loadFrameworks } from '@evidence/frameworks/load';
import { expect, test } from 'vitest';
import { agreement, factsTowards, pairsTowards, reachable, share, TARGETS, type Target } from './agreement.js';
import { readSources } from './sources.js';

const frameworks = loadFrameworks();
const sources = readSources();
const LEAST_PRECISION = 0.7;
const LEAST_RECALL = 0.5;

const pair = (risk: string, control: string) => ({ risk, control, basis: 'derived', strength: 'primary' }) as const;

function measured(target: Target) {
  const facts = factsTowards(target, sources, frameworks);
  const pairs = pairsTowards(target, frameworks);
  const primary = agreement(
    pairs.filter(({ strength }) => strength === 'primary'),
    facts,
  );
  const both = agreement(pairs, facts);
  return {
    precision: share(primary.agreed, primary.judged) ?? 0,
    recall: share(both.found, both.facts) ?? 0,
    ceiling: share(reachable(facts, frameworks).length, facts.length) ?? 0,
    facts: facts.length,
  };
}

test('a pair agrees if a source states it or the objective that contains its control, and is judged only if a source maps its risk', () => {
  const facts = [
    { risk: 'A', control: 'X_1' },
    { risk: 'A', control: 'Y' },
  ];
  expect(agreement([pair('A', 'X_1_2'), pair('A', 'X_11'), pair('B', 'Y')], facts)).toEqual({
    ...{ judged: 2, agreed: 1, facts: 2, found: 1 },
  });
});

test('a risk counts once across its editions, and a fact once across its sources', () => {
  const stated = (risk: string) => ({ pairs: [[risk, 'EU_AI_ACT_Art15']] as const });
  const facts = factsTowards(
    { name: 'any', has: () => true },
    ['OWASP_LLM01', 'OWASP_LLM_2023_01', 'OWASP_LLM_2026_01'].map(stated),
    frameworks,
  );
  expect(facts).toEqual([{ risk: 'OWASP_LLM01', control: 'EU_AI_ACT_Art15' }]);
  expect(() => factsTowards(TARGETS[0]!, [stated('OWASP_LLM99')], frameworks)).toThrow('OWASP_LLM99');
});

test('at least 70 % of primary pairs agree with mappings by others, and all pairs cover at least half of their facts', () => {
  const below = TARGETS.filter((target) => {
    const { precision, recall } = measured(target);
    return precision < LEAST_PRECISION || recall < LEAST_RECALL;
  });
  // Remove a name from this list once its pairs reach both bounds.
  expect(below.map(({ name }) => name)).toEqual(['NIST AI RMF subcategories']);
});

test.each(TARGETS)('$name: there are enough facts, and recall is within what any crosswalk could reach', (target) => {
  const { facts, recall, ceiling } = measured(target);
  expect(facts).toBeGreaterThan(50);
  expect(recall).toBeLessThanOrEqual(ceiling);
});
