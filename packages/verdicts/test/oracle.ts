import { deepStrictEqual } from 'node:assert';
import type { Basis, DirectRef, FrameworkEdition, ScopeSnapshot, Strength } from '@evidence/contracts';
import { byCodeUnits, type Frameworks } from '@evidence/frameworks';
import type { LongMapping } from './samples.js';

/** The successions of the OWASP LLM Top 10, written out by hand: by number of 2025, the numbers in 2026 and in 2023. */
const IN_2026 = ['01', '02', '04', '05', '10', '03', '08', '09', '07', '06'];
const IN_2023 = ['01', '06', '05', '03', '02', '08', undefined, undefined, '09', '04'];
const BASES: Basis[] = ['direct', 'official', 'published', 'derived'];
const STRENGTHS: Strength[] = ['primary', 'supporting'];
const SLUGS = ['OWASP_LLM', 'OWASP_AGENTIC', 'MITRE_ATLAS', 'NIST_AI_600_1', 'EU_AI_ACT', 'ISO_42001'];

/** The same entry in each edition of the OWASP LLM Top 10. */
const LLM_THINGS = IN_2026.map((in2026, index) => ({
  '2023': IN_2023[index] && `OWASP_LLM_2023_${IN_2023[index]}`,
  '2025': `OWASP_LLM${String(index + 1).padStart(2, '0')}`,
  '2026': `OWASP_LLM_2026_${in2026}`,
}));

/** Entries dropped in 2025, with the nearest ones. */
const RETIRED = 'OWASP_LLM_2023_10';
const NEAREST: Record<string, string> = { '2025': 'OWASP_LLM10', '2026': 'OWASP_LLM_2026_06' };

type Said = { readonly ref: string; readonly is: 'same' | 'other words' | 'nearest' };

const editionOf = (llmRef: string) => /^OWASP_LLM_(\d{4})_/.exec(llmRef)?.[1] ?? '2025';

function saidIn(ref: string, edition: string): Said | undefined {
  if (!ref.startsWith('OWASP_LLM') || editionOf(ref) === edition) return { ref, is: 'same' };
  const nearest = ref === RETIRED ? NEAREST[edition] : undefined;
  if (nearest) return { ref: nearest, is: 'nearest' };
  const thing = LLM_THINGS.find((each) => Object.values(each).includes(ref));
  const said = thing?.[edition as keyof typeof thing];
  return said === undefined ? undefined : { ref: said, is: 'other words' };
}

export interface Rules {
  readonly policy: Basis;
  readonly strength: Strength;
}

type Carried = Map<string, { basis: Basis; strength: Strength }>;

/** Tries every way from these direct refs to any control, and keeps the best accepted one. */
function carriedBy(refs: DirectRef[], requested: FrameworkEdition[], rules: Rules, frameworks: Frameworks): Carried {
  const editionFor = (ref: string) => {
    const slug = SLUGS.find((each) => ref.startsWith(each));
    return requested.find(({ framework }) => framework === slug)?.edition;
  };
  const ways: { ref: string; basis: Basis; strength: Strength }[] = [];
  for (const { ref: recorded } of refs) {
    const edition = editionFor(recorded);
    const said = edition === undefined ? undefined : saidIn(recorded, edition);
    const inWords = said?.is === 'other words' ? said.ref : recorded;
    ways.push({ ref: inWords, basis: 'direct', strength: 'primary' });
    if (said?.is === 'nearest') ways.push({ ref: said.ref, basis: 'derived', strength: 'primary' });
    for (const { refA, refB, basis, strength } of frameworks.crosswalk.pairs) {
      for (const [start, end] of [
        [refA, refB],
        [refB, refA],
      ] as const) {
        if (start !== recorded && start !== inWords) continue;
        const endEdition = editionFor(end);
        const endSaid = endEdition === undefined ? undefined : saidIn(end, endEdition);
        if (!endSaid || endSaid.is === 'nearest') continue;
        const isAsAsserted = start === recorded && endSaid.is === 'same';
        ways.push({ ref: endSaid.ref, basis: isAsAsserted ? basis : 'derived', strength });
      }
    }
  }
  const carried: Carried = new Map();
  for (const basis of BASES.slice(0, BASES.indexOf(rules.policy) + 1)) {
    for (const strength of STRENGTHS.slice(0, STRENGTHS.indexOf(rules.strength) + 1)) {
      for (const way of ways) {
        const fits = way.basis === basis && way.strength === strength;
        if (fits && !carried.has(way.ref)) carried.set(way.ref, { basis, strength });
      }
    }
  }
  return carried;
}

/** The expected snapshot, by plain nested loops: every finding against every requested control. */
export function bruteForce(
  snapshot: ScopeSnapshot,
  requested: FrameworkEdition[],
  rules: Rules,
  frameworks: Frameworks,
) {
  const carried = (refs: DirectRef[]) => carriedBy(refs, requested, rules, frameworks);
  const isDirect = (found: Carried, ref: string) => found.get(ref)?.basis === 'direct';
  const controlsOf = (each: FrameworkEdition) =>
    frameworks.catalog(each.framework, each.edition)?.controls.map(({ ref }) => ref) ?? [];

  const findings = snapshot.findings.map(({ refs }) => carried(refs));
  const outside = (snapshot.outside ?? []).map(({ refs }) => carried(refs));
  const scans = snapshot.scans.map(({ run, probes }) => ({
    isWhole: !['failed', 'incomplete'].includes(run.outcome),
    probes: probes.map(({ refs, evaluations }) => ({ refs: carried(refs), evaluations })),
  }));
  const probes = scans.flatMap((scan) => scan.probes);
  const coverage = requested.map((each) =>
    controlsOf(each).map((ref) => {
      const findingCount = findings.filter((found) => found.has(ref)).length;
      const directCount = findings.filter((found) => isDirect(found, ref)).length;
      const tests = probes.filter(({ refs }) => isDirect(refs, ref));
      const totals = tests.map(({ evaluations }) => evaluations.total);
      const known = totals.reduce((sum: number, each) => sum + (each ?? 0), 0);
      const total = known === 0 && totals.includes(null) ? null : known;
      const unscored = tests.reduce((sum, { evaluations }) => sum + evaluations.unscored, 0);
      const hasFailed = tests.some(({ evaluations }) => evaluations.failed > 0);
      const passedIn = (each: typeof probes) => each.some(({ evaluations }) => (evaluations.passed ?? 0) > 0);
      const isWholeIn = scans.some(({ isWhole, probes: own }) => {
        const ofControl = own.filter(({ refs }) => isDirect(refs, ref));
        return isWhole && passedIn(ofControl) && ofControl.every(({ evaluations }) => evaluations.unscored === 0);
      });
      const tested = passedIn(tests) ? (isWholeIn ? 'clean' : 'partly_tested') : 'not_tested';
      const isSeen = hasFailed || outside.some((found) => isDirect(found, ref));
      const unseen = findingCount > 0 ? 'indicated' : tested;
      const verdict = directCount > 0 ? 'finding' : isSeen ? 'finding_outside_scope' : unseen;
      return { ref, verdict, findingCount, directCount, total, unscored };
    }),
  );
  return { findings, coverage, overlaps: bruteOverlaps(requested.map(controlsOf), findings) };
}

function bruteOverlaps(controls: string[][], findings: Carried[]) {
  const overlaps = new Map<string, { findingCount: number; directCount: number; directEnds: number }>();
  for (const [index, first] of controls.entries()) {
    for (const second of controls.slice(index + 1)) {
      for (const found of findings) {
        for (const a of first.filter((ref) => found.has(ref))) {
          for (const b of second.filter((ref) => found.has(ref))) {
            const ends = [a, b].filter((ref) => found.get(ref)?.basis === 'direct').length;
            const known = overlaps.get(`${a} ${b}`) ?? { findingCount: 0, directCount: 0, directEnds: 0 };
            overlaps.set(`${a} ${b}`, {
              findingCount: known.findingCount + 1,
              directCount: known.directCount + (ends === 2 ? 1 : 0),
              directEnds: Math.max(known.directEnds, ends),
            });
          }
        }
      }
    }
  }
  return [...overlaps]
    .map(([key, counts]) => ({ key, ...counts }))
    .sort((x, y) => y.directEnds - x.directEnds || y.findingCount - x.findingCount || byCodeUnits(x.key, y.key));
}

/** `deepStrictEqual`: vitest's `toEqual` takes several times as long on 10,000 pairs of large documents. */
export function expectAgreement(mapping: LongMapping, expected: ReturnType<typeof bruteForce>): void {
  const carried = mapping.findings.map(({ mappings }) =>
    mappings.map(({ ref, basis, strength = 'primary' }) => [ref, basis, strength]).sort(byEntry),
  );
  deepStrictEqual(
    carried,
    expected.findings.map((found) =>
      [...found].map(([ref, { basis, strength }]) => [ref, basis, strength]).sort(byEntry),
    ),
  );
  const coverage = mapping.coverage.map(({ controls }) =>
    controls.map(({ ref, verdict, findingCount, directCount, evaluations }) => ({
      ...{ ref, verdict, findingCount, directCount, total: evaluations.total, unscored: evaluations.unscored },
    })),
  );
  deepStrictEqual(coverage, expected.coverage);
  const overlaps = mapping.overlaps.map(({ refA, refB, findingCount, directCount, directEnds }) => ({
    ...{ key: `${refA} ${refB}`, findingCount, directCount, directEnds },
  }));
  deepStrictEqual(overlaps, expected.overlaps);
}

const byEntry = (a: unknown[], b: unknown[]): number => byCodeUnits(String(a[0]), String(b[0]));
