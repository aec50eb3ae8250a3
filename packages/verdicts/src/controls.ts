import type { RefMapping } from '@evidence/contracts';
import { basisRank, type Catalog } from '@evidence/frameworks';

/**
 * The controls of the requested frameworks, numbered in the order of the request. With numbers instead of refs, coverage and overlaps are
 * plain arithmetic on typed arrays.
 */
export interface Controls {
  readonly refs: readonly string[];
  /** By number, the place of its framework in the request. */
  readonly frameworks: Uint8Array;
  /** Undefined for a ref that was not requested. */
  numberOf(ref: string): number | undefined;
  /** Those among `mappings` that were requested. */
  among(mappings: readonly RefMapping[]): CarriedControls;
}

/**
 * Controls, each as its number times four plus the rank of its basis, ascending. So the controls of one framework are together, and the
 * frameworks are in the order of the request. One number each, because the worst case holds and walks millions.
 */
export type CarriedControls = Uint16Array;

export const numberIn = (carried: number): number => carried >> 2;

/** 0 for direct. */
export const rankIn = (carried: number): number => carried & 3;

export function controlsOf(catalogs: readonly Catalog[]): Controls {
  const refs = catalogs.flatMap(({ controls }) => controls.map(({ ref }) => ref));
  const numberByRef = new Map(refs.map((ref, number) => [ref, number]));
  return {
    refs,
    frameworks: Uint8Array.from(catalogs.flatMap(({ controls }, place) => controls.map(() => place))),
    numberOf: (ref) => numberByRef.get(ref),
    among(mappings) {
      const carried: number[] = [];
      for (const { ref, basis } of mappings) {
        const number = numberByRef.get(ref);
        if (number !== undefined) carried.push(number * 4 + basisRank(basis));
      }
      return Uint16Array.from(carried).sort();
    },
  };
}

/** The numbers of those that are direct. */
export function directAmong(carried: CarriedControls): number[] {
  const direct: number[] = [];
  for (const each of carried) if (rankIn(each) === 0) direct.push(numberIn(each));
  return direct;
}
