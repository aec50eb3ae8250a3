import type { FrameworkSlug } from '@evidence/contracts';
import type { Catalog, Succession } from './data.js';
import { byCodeUnits } from './order.js';

/** The entry of another edition that corresponds to an entry. */
export interface Carried {
  readonly ref: string;
  /**
   * `same`: that edition has the ref itself. `one_to_one`: every step in between has exactly one successor and one predecessor. `other`: it is
   * the nearest entry, and may cover more or less.
   */
  readonly equivalence: 'same' | 'one_to_one' | 'other';
}

export interface Editions {
  /** Undefined if no catalog has the ref. */
  frameworkOf(ref: string): FrameworkSlug | undefined;
  /** All editions of a framework, oldest first. */
  editionsOfFramework(framework: FrameworkSlug): readonly string[];
  /** The editions that have the ref, oldest first. */
  editionsOf(ref: string): readonly string[];
  /**
   * The entry of `edition` that is the same as `ref`, or that the published successions lead to, forwards or backwards in time. A succession of a
   * retired entry counts only if there is no other, and the result is then `other`. Undefined if there is no such entry, or more than one.
   */
  carried(ref: string, edition: string): Carried | undefined;
}

/** Throws if two frameworks share a ref. */
export function editionLookup(catalogs: readonly Catalog[], successions: readonly Succession[]): Editions {
  const known = new Map<string, { framework: FrameworkSlug; editions: string[] }>();
  const refsOf = new Map<string, Map<string, ReadonlySet<string>>>();
  for (const { framework, edition, controls, otherEntries = [] } of catalogs.toSorted(byPublication)) {
    const refs = new Set([...controls, ...otherEntries].map(({ ref }) => ref));
    refsOf.set(framework, (refsOf.get(framework) ?? new Map()).set(edition, refs));
    for (const ref of refs) {
      const { framework: owner, editions } = known.get(ref) ?? { framework, editions: [] };
      if (owner !== framework) throw new Error(`${owner} and ${framework} share the ref ${ref}.`);
      known.set(ref, { framework, editions: [...editions, edition] });
    }
  }
  const forwards = stepper(successions, 'from', 'to');
  const backwards = stepper(successions, 'to', 'from');

  const carried = (ref: string, edition: string): Carried | undefined => {
    const { framework, editions = [] } = known.get(ref) ?? {};
    const inOrder = [...(refsOf.get(framework ?? '') ?? [])];
    const position = (wanted: string | undefined) => inOrder.findIndex(([each]) => each === wanted);
    const target = position(edition);
    if (target < 0) return undefined;
    if (editions.includes(edition)) return { ref, equivalence: 'same' };
    const isLater = target > position(editions.at(-1));
    const [start, way, step] = isLater
      ? [position(editions.at(-1)), 1, forwards]
      : [position(editions[0]), -1, backwards];
    let reached: Carried = { ref, equivalence: 'one_to_one' };
    for (let index = start; index !== target; index += way) {
      if (inOrder[index + way]?.[1].has(reached.ref)) continue;
      const next = step(reached.ref);
      if (!next) return undefined;
      reached = { ref: next.ref, equivalence: reached.equivalence === 'other' ? 'other' : next.equivalence };
    }
    return reached;
  };
  return {
    frameworkOf: (ref) => known.get(ref)?.framework,
    editionsOfFramework: (framework) => [...(refsOf.get(framework)?.keys() ?? [])],
    editionsOf: (ref) => known.get(ref)?.editions ?? [],
    carried,
  };
}

/**
 * Earliest first. Years, months and days sort as text, because each part has a fixed number of digits. Dates whose order is unclear, such as
 * 2026-07 and 2026-07-15, are refused for two editions of one framework (`brokenRows`).
 */
export const byPublication = (a: Catalog, b: Catalog): number => byCodeUnits(a.published, b.published);

/** One step along the successions; undefined if there is none, or more than one. */
function stepper(
  successions: readonly Succession[],
  start: 'from' | 'to',
  end: 'from' | 'to',
): (ref: string) => Carried | undefined {
  const from = grouped(successions, start);
  const to = grouped(successions, end);
  const isKept = ({ change }: Succession): boolean => change !== 'retired';
  return (ref) => {
    const all = from.get(ref) ?? [];
    const kept = all.filter(isKept);
    const [only, ...others] = kept.length > 0 ? kept : all;
    if (only === undefined || others.length > 0) return undefined;
    const back = to.get(only[end])?.filter(isKept) ?? [];
    return { ref: only[end], equivalence: kept.length === 1 && back.length === 1 ? 'one_to_one' : 'other' };
  };
}

function grouped(successions: readonly Succession[], key: 'from' | 'to'): ReadonlyMap<string, readonly Succession[]> {
  const groups = new Map<string, Succession[]>();
  for (const each of successions) groups.set(each[key], [...(groups.get(each[key]) ?? []), each]);
  return groups;
}
