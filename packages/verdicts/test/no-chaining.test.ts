import type { Basis, Relation } from '@evidence/contracts';
import { type CrosswalkPair, frameworksOf } from '@evidence/frameworks';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { direct, finding, frameworks, map, scope } from './samples.js';

/** A few controls of four frameworks, densely paired, so that nearly every possible chain exists. */
const CONTROLS = [
  ['OWASP_LLM01', 'OWASP_LLM02', 'OWASP_LLM06'],
  ['OWASP_AGENTIC_ASI01', 'OWASP_AGENTIC_ASI02'],
  ['MITRE_ATLAS_AML_T0051', 'MITRE_ATLAS_AML_T0057'],
  ['EU_AI_ACT_Art14', 'EU_AI_ACT_Art15'],
] as const;
const requested = (['OWASP_LLM', 'OWASP_AGENTIC', 'MITRE_ATLAS', 'EU_AI_ACT'] as const).map((framework) => {
  const parsed = frameworks.parseRequested(framework);
  if (!parsed.ok) throw new Error(framework);
  return { framework, edition: parsed.edition };
});

const NOWHERE = { publisher: '', document: '', edition: '', locator: '', url: '' };
const pairs: fc.Arbitrary<CrosswalkPair> = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 3 }), fc.nat(2), fc.nat(2))
  .filter(([a, b]) => a < b)
  .chain(([a, b, i, j]) =>
    fc.record({
      refA: fc.constant(CONTROLS[a]?.[i % CONTROLS[a].length] as string),
      refB: fc.constant(CONTROLS[b]?.[j % CONTROLS[b].length] as string),
      relation: fc.constantFrom<Relation>('equal', 'subset', 'superset', 'intersects', 'related'),
      basis: fc.constantFrom<Exclude<Basis, 'direct'>>('official', 'published', 'derived'),
      strength: fc.constantFrom('primary', 'supporting'),
      source: fc.constantFrom('one', 'two').map((document) => ({ ...NOWHERE, document })),
      licence: fc.constant('test'),
      rationale: fc.constant('Test.'),
      reviewedBy: fc.constant(''),
      independentSources: fc.constant(1),
    }),
  );

it('pairs are never chained, even if all are equal: each ref is direct, or one pair away from a direct one', () => {
  const refs = fc.subarray(CONTROLS.flat(), { minLength: 1, maxLength: 3 });
  let chains = 0;
  fc.assert(
    fc.property(fc.array(pairs, { minLength: 4, maxLength: 20 }), refs, (crosswalk, own) => {
      const { crosswalk: ours, pairsFrom } = frameworksOf({
        ...{ version: '2026-11-29', catalogs: frameworks.catalogs, pairs: crosswalk, successions: [], tagTables: [] },
      });
      const snapshot = scope([finding('fnd_1', direct(...own))]);
      // With the rules of all data, whose digest takes longer than everything that is tested here.
      const mapped = map(snapshot, requested, { frameworks: { ...frameworks, crosswalk: ours, pairsFrom } });
      const away = (ref: string) =>
        crosswalk.flatMap(({ refA, refB }) => (refA === ref ? [refB] : refB === ref ? [refA] : []));
      const oneAway = new Set([...own, ...own.flatMap(away)]);
      chains += [...oneAway].flatMap(away).some((ref) => !oneAway.has(ref)) ? 1 : 0;

      const mappings = mapped.findings[0]?.mappings ?? [];
      expect(new Set(mappings.map(({ ref }) => ref))).toEqual(oneAway);
      for (const { ref, basis, via, relation } of mappings.filter((each) => each.basis !== 'direct')) {
        expect(own).toContain(via);
        expect(away(via ?? ''), `${ref} ${basis} ${relation}`).toContain(ref);
      }
    }),
    { seed: 20261124, numRuns: 1_000 },
  );
  expect(chains, 'cases in which a chain could have been followed').toBeGreaterThan(300);
});
