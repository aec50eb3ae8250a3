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
  /** The numbers of those among `mappings` that were requested. */
  among(mappings: readonly RefMapping[]): ControlNumbers;
}

/** Ascending, so that the controls of one framework stand together, and the frameworks as they were requested. */
export interface ControlNumbers {
  readonly all: readonly number[];
  /** Those of them that are direct. */
  readonly direct: readonly number[];
}

export function controlsOf(catalogs: readonly Catalog[]): Controls {
  const refs = catalogs.flatMap(({ controls }) => controls.map(({ ref }) => ref));
  const numberByRef = new Map(refs.map((ref, number) => [ref, number]));
  return {
    refs,
    frameworks: Uint8Array.from(catalogs.flatMap(({ controls }, place) => controls.map(() => place))),
    among(mappings) {
      const all: number[] = [];
      const direct: number[] = [];
      for (const { ref, basis } of mappings) {
        const number = numberByRef.get(ref);
        if (number === undefined) continue;
        all.push(number);
        if (basis === 'direct') direct.push(number);
      }
      return { all: ascending(all), direct: ascending(direct) };
    },
  };
}

/** By way of a typed array, which is sorted twice as fast as by a comparison. There are a few hundred controls. */
const ascending = (numbers: readonly number[]): number[] => Array.from(Uint16Array.from(numbers).sort());

/** Findings that carry the same refs for the same reasons. */
export interface RefGroup {
  readonly mappings: readonly RefMapping[];
  readonly controls: ControlNumbers;
  readonly findings: number;
}
