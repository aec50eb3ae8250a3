import type { RefMapping } from '@evidence/contracts';
import type { Catalog } from '@evidence/frameworks';

/**
 * The controls of the requested frameworks, numbered in the order of the request. Counting by number instead of by ref lets coverage and
 * overlaps be plain arithmetic on typed arrays.
 */
export interface Controls {
  readonly refs: readonly string[];
  /** By number, the place of its framework in the request. */
  readonly frameworks: Uint8Array;
  /** How many frameworks were requested. */
  readonly frameworkCount: number;
  /** The numbers of those among `mappings` that were requested, in their order, and how many of them, at the front, are direct. */
  among(mappings: readonly RefMapping[]): ControlNumbers;
}

export interface ControlNumbers {
  readonly numbers: readonly number[];
  readonly direct: number;
}

export function controlsOf(catalogs: readonly Catalog[]): Controls {
  const refs = catalogs.flatMap(({ controls }) => controls.map(({ ref }) => ref));
  const numberByRef = new Map(refs.map((ref, number) => [ref, number]));
  return {
    refs,
    frameworks: Uint8Array.from(catalogs.flatMap(({ controls }, place) => controls.map(() => place))),
    frameworkCount: catalogs.length,
    among(mappings) {
      const numbers: number[] = [];
      let direct = 0;
      for (const { ref, basis } of mappings) {
        const number = numberByRef.get(ref);
        if (number === undefined) continue;
        numbers.push(number);
        if (basis === 'direct') direct += 1; // direct ones come first
      }
      return { numbers, direct };
    },
  };
}

/** Findings that carry the same refs for the same reasons. */
export interface RefGroup {
  readonly mappings: readonly RefMapping[];
  readonly controls: ControlNumbers;
  readonly findings: number;
}
