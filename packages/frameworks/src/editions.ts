import type { FrameworkEdition } from '@evidence/contracts';
import type { Catalog, Succession } from './data.js';

export interface Editions {
  /** Which catalog a ref belongs to; undefined when no catalog has it. */
  editionOf(ref: string): FrameworkEdition | undefined;
  /**
   * The entry of `edition` that continues `ref`, or that `ref` continues, along the published successions; `ref` itself when it is of
   * that edition. Undefined when there is none, or more than one, to choose from.
   */
  inEdition(ref: string, edition: string): string | undefined;
}

export function editionsOf(catalogs: readonly Catalog[], successions: readonly Succession[]): Editions {
  const editionByRef = new Map<string, FrameworkEdition>();
  for (const { framework, edition, controls } of catalogs) {
    for (const { ref } of controls) editionByRef.set(ref, { framework, edition });
  }
  const forwards = grouped(successions, 'from', 'to');
  const backwards = grouped(successions, 'to', 'from');

  const inEdition = (ref: string, edition: string): string | undefined => {
    const start = editionByRef.get(ref)?.edition;
    if (start === undefined) return undefined;
    const steps = edition > start ? forwards : backwards;
    let current = ref;
    while (editionByRef.get(current)?.edition !== edition) {
      const [next, ...others] = steps.get(current) ?? [];
      if (next === undefined || others.length > 0) return undefined;
      current = next;
    }
    return current;
  };
  return { editionOf: (ref) => editionByRef.get(ref), inEdition };
}

function grouped(
  successions: readonly Succession[],
  key: keyof Succession,
  value: keyof Succession,
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const each of successions) groups.set(each[key], [...(groups.get(each[key]) ?? []), each[value]]);
  return groups;
}
