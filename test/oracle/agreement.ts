import type { Basis, Strength } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';

/** A mapping by others: which controls its authors assign to which risks. See test/vectors/crosswalk-oracle/README.md. */
export interface Source {
  readonly pairs: readonly (readonly [risk: string, control: string])[];
}

/** The subject of a measurement: pairs from risks to the controls of one framework, or of a part of it. */
export interface Target {
  readonly name: string;
  has(control: string, frameworks: Frameworks): boolean;
}

const ofFramework = (slug: string) => (control: string, frameworks: Frameworks) =>
  frameworks.frameworkOf(control) === slug;

export const TARGETS: readonly Target[] = [
  { name: 'NIST AI 600-1 risks', has: (control) => control.startsWith('NIST_AI_600_1_RISK_') },
  { name: 'EU AI Act', has: ofFramework('EU_AI_ACT') },
  { name: 'ISO/IEC 42001', has: ofFramework('ISO_42001') },
  // A category has several subcategories, so a pair with a category says less than the sources.
  { name: 'NIST AI RMF subcategories', has: (control) => /^NIST_AI_600_1_(GV|MP|MS|MG)_\d+_\d+$/.test(control) },
];

/** A pair whose risk is the entry of the 2025 edition, if that has the same one, so that a risk of several editions counts once. */
export interface JudgedPair {
  readonly risk: string;
  readonly control: string;
  readonly basis: Exclude<Basis, 'direct'>;
  readonly strength: Strength;
}

/** A pair that a source states, with the risk as in `JudgedPair`. The control may be an objective group, which means every control in it. */
export interface Fact {
  readonly risk: string;
  readonly control: string;
}

/** Each fact once, even if several sources state it. */
export function factsTowards(target: Target, sources: readonly Source[], frameworks: Frameworks): Fact[] {
  const facts = new Map<string, Fact>();
  for (const [risk, control] of sources.flatMap(({ pairs }) => pairs)) {
    if (frameworks.frameworkOf(risk) === undefined || frameworks.frameworkOf(control) === undefined)
      throw new Error(`The pair ${risk}, ${control} names an entry that no catalog has; correct it.`);
    if (!target.has(control, frameworks)) continue;
    const fact = { risk: inOneEdition(risk, frameworks), control };
    facts.set(`${fact.risk} ${control}`, fact);
  }
  return [...facts.values()];
}

const BASES = ['official', 'published', 'derived'] as const;

/** The crosswalk's pairs. A pair of several editions counts once, with its best strength, then its best basis. */
export function pairsTowards(target: Target, frameworks: Frameworks): JudgedPair[] {
  const best = new Map<string, JudgedPair>();
  for (const { refA, refB: control, basis, strength } of frameworks.crosswalk.pairs) {
    if (!isRisk(refA, frameworks) || !target.has(control, frameworks)) continue;
    const pair = { risk: inOneEdition(refA, frameworks), control, basis, strength };
    const key = `${pair.risk} ${control}`;
    const known = best.get(key);
    if (!known || rank(pair) < rank(known)) best.set(key, pair);
  }
  return [...best.values()];
}

const rank = ({ strength, basis }: JudgedPair): number =>
  (strength === 'primary' ? 0 : BASES.length) + BASES.indexOf(basis);

const isRisk = (ref: string, { frameworkOf }: Frameworks): boolean =>
  ['OWASP_LLM', 'OWASP_AGENTIC', 'MITRE_ATLAS'].includes(frameworkOf(ref) ?? '');

function inOneEdition(risk: string, { carried }: Frameworks): string {
  const in2025 = carried(risk, '2025');
  return in2025 && in2025.equivalence !== 'other' ? in2025.ref : risk;
}

export interface Agreement {
  /** Pairs whose risk at least one source maps to the target. About other pairs, the sources say nothing. */
  readonly judged: number;
  /** Judged pairs that a source states. */
  readonly agreed: number;
  readonly facts: number;
  /** Facts that a pair states. */
  readonly found: number;
}

export function agreement(pairs: readonly JudgedPair[], facts: readonly Fact[]): Agreement {
  const risks = new Set(facts.map(({ risk }) => risk));
  const judged = pairs.filter(({ risk }) => risks.has(risk));
  return {
    judged: judged.length,
    agreed: judged.filter((pair) => facts.some((fact) => states(fact, pair))).length,
    facts: facts.length,
    found: facts.filter((fact) => judged.some((pair) => states(fact, pair))).length,
  };
}

const states = (fact: Fact, { risk, control }: JudgedPair): boolean =>
  fact.risk === risk && (fact.control === control || control.startsWith(`${fact.control}_`));

/** Undefined if `whole` is 0. */
export const share = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole);

/** The facts that a pair may state. The others end at duties of every system of a class, where no pair may end. */
export function reachable(facts: readonly Fact[], { catalogs }: Frameworks): Fact[] {
  const duties = new Set(
    catalogs
      .flatMap(({ controls }) => controls)
      .filter(({ appliesToEvery }) => appliesToEvery !== undefined)
      .map(({ ref }) => ref),
  );
  return facts.filter(({ control }) => !duties.has(control));
}
