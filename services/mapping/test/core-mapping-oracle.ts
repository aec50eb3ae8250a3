import { deepStrictEqual } from 'node:assert';
import type { Basis, DirectRef, FrameworkEdition, MappingSnapshot, ScopeSnapshot } from '@evidence/contracts';
import { byCodeUnits, type Frameworks } from '@evidence/frameworks';

/** The successions of the OWASP LLM Top 10 written out by hand: 2025 → 2026, and 2025 → 2023 where there is exactly one
 * that was not retired. */
const IN_2026 = ['01', '02', '04', '05', '10', '03', '08', '09', '07', '06'];
const IN_2023 = ['01', '06', '05', '03', '02', '08', undefined, undefined, '09', '04'];
const STRENGTH: Basis[] = ['direct', 'official', 'published', 'derived'];

/** How `ref` is said in one of the editions: as it is, in other words, or not at all. */
function saidAs(wanted: string, ref: string, llmEditions: string[]): 'as it is' | 'translated' | 'no' {
  if (!ref.startsWith('OWASP_LLM') || !wanted.startsWith('OWASP_LLM')) return ref === wanted ? 'as it is' : 'no';
  const own = ref.startsWith('OWASP_LLM_20') ? ref.slice(10, 14) : '2025';
  if (ref === wanted) return llmEditions.includes(own) ? 'as it is' : 'no';
  if (own !== '2025') return 'no';
  const number = Number(ref.slice(-2)) - 1;
  const others = llmEditions.map(
    (edition) => `OWASP_LLM_${edition}_${{ 2026: IN_2026, 2023: IN_2023 }[edition]?.[number]}`,
  );
  return others.includes(wanted) ? 'translated' : 'no';
}

/** Tries every way in which something with these direct refs could carry any entry of a catalog at all; keeps the strongest. */
function carriedBy(
  refs: DirectRef[],
  llmEditions: string[],
  policy: Basis,
  frameworks: Frameworks,
): Map<string, Basis> {
  const ways: [string, Basis][] = [];
  const direct = new Set(refs.map(({ ref }) => ref));
  for (const ref of direct) ways.push([ref, 'direct']);
  for (const pair of frameworks.crosswalk.pairs) {
    if (direct.has(pair.refA)) ways.push([pair.refB, pair.basis]);
    if (direct.has(pair.refB)) ways.push([pair.refA, pair.basis]);
  }
  const strongest = new Map<string, Basis>();
  const sameRef = new Set(ways.map(([ref]) => ref));
  const everyEntry = frameworks.catalogs.flatMap(({ controls, otherEntries = [] }) => [...controls, ...otherEntries]);
  for (const { ref: wanted } of everyEntry) {
    if (!sameRef.has(wanted) && !wanted.startsWith('OWASP_LLM')) continue;
    const bases = new Set<Basis>();
    for (const [ref, basis] of ways) {
      const said = saidAs(wanted, ref, llmEditions);
      if (said !== 'no') bases.add(said === 'as it is' || basis === 'direct' ? basis : 'derived');
    }
    const best = STRENGTH.slice(0, STRENGTH.indexOf(policy) + 1).find((basis) => bases.has(basis));
    if (best) strongest.set(wanted, best);
  }
  return strongest;
}

/** What the snapshot must say, found by nested loops and nothing else: every finding against every control of every catalog. */
export function bruteForce(
  snapshot: ScopeSnapshot,
  requested: FrameworkEdition[],
  policy: Basis,
  frameworks: Frameworks,
) {
  const editions = requested.filter(({ framework }) => framework === 'OWASP_LLM').map(({ edition }) => edition);
  const carried = (refs: DirectRef[]) => carriedBy(refs, editions.length > 0 ? editions : ['2025'], policy, frameworks);
  const controlsOf = (each: FrameworkEdition) =>
    frameworks.catalog(each.framework, each.edition)?.controls.map(({ ref }) => ref) ?? [];

  const findings = snapshot.findings.map(({ refs }) => carried(refs));
  const probes = snapshot.scans
    .flatMap(({ run, probes }) => probes.map((probe) => ({ ...probe, counts: run.outcome !== 'failed' })))
    .map(({ refs, evaluations, counts }) => ({ refs: carried(refs), evaluations, counts }));
  const coverage = requested.map((each) =>
    controlsOf(each).map((ref) => {
      const findingCount = findings.filter((found) => found.has(ref)).length;
      const tested = probes.filter(({ refs }) => refs.get(ref) === 'direct');
      const totals = tested.map(({ evaluations }) => evaluations.total);
      const total = totals.includes(null) ? null : totals.reduce((sum: number, each) => sum + (each ?? 0), 0);
      const bad = findingCount > 0 || tested.some(({ evaluations }) => evaluations.failed > 0);
      const good = tested.some(({ evaluations, counts }) => counts && (evaluations.passed ?? 0) > 0);
      const directCount = findings.filter((found) => found.get(ref) === 'direct').length;
      const verdict = bad ? 'finding' : good ? 'clean' : 'not_tested';
      return { ref, verdict, findingCount, directCount, total };
    }),
  );
  const overlaps = new Map<string, [number, number]>();
  for (const [index, first] of requested.entries()) {
    for (const second of requested.slice(index + 1)) {
      for (const found of findings) {
        for (const a of controlsOf(first).filter((ref) => found.has(ref))) {
          for (const b of controlsOf(second).filter((ref) => found.has(ref))) {
            const [both, direct] = overlaps.get(`${a} ${b}`) ?? [0, 0];
            const bothDirect = found.get(a) === 'direct' && found.get(b) === 'direct';
            overlaps.set(`${a} ${b}`, [both + 1, direct + (bothDirect ? 1 : 0)]);
          }
        }
      }
    }
  }
  return { findings, coverage, overlaps };
}

/** `deepStrictEqual`: vitest's `toEqual` takes several times as long on 10,000 pairs of large documents. */
export function expectAgreement(mapping: MappingSnapshot, expected: ReturnType<typeof bruteForce>): void {
  const carried = mapping.findings.map(({ mappings }) => mappings.map(({ ref, basis }) => [ref, basis]).sort(byEntry));
  deepStrictEqual(
    carried,
    expected.findings.map((found) => [...found].sort(byEntry)),
  );
  const coverage = mapping.coverage.map(({ controls }) =>
    controls.map(({ ref, verdict, findingCount, directCount, evaluations }) => ({
      ...{ ref, verdict, findingCount, directCount, total: evaluations.total },
    })),
  );
  deepStrictEqual(coverage, expected.coverage);
  const overlaps = mapping.overlaps.map(({ refA, refB, findingCount, directCount }): [string, [number, number]] => [
    `${refA} ${refB}`,
    [findingCount, directCount],
  ]);
  deepStrictEqual(new Map(overlaps), expected.overlaps);
}

const byEntry = (a: unknown[], b: unknown[]): number => byCodeUnits(String(a[0]), String(b[0]));
