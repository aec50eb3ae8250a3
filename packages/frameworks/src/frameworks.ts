import type { FrameworkSlug } from '@evidence/contracts';
import { type Crosswalk, crosswalkOf, type PairFrom, pairLookup } from './crosswalk.js';
import { type Catalog, type FrameworksData, readData } from './data.js';
import { type Editions, editionsOf } from './editions.js';
import { type GarakTranslation, garakTranslation } from './garak.js';
import { refResolver } from './refs.js';
import { type DefaultEditions, type Requested, requestParser } from './requested.js';

/** Everything we know about frameworks. Pure: the same question always gets the same answer. */
export interface Frameworks extends Editions, GarakTranslation {
  /** Every edition of every framework. */
  readonly catalogs: readonly Catalog[];
  readonly crosswalk: Crosswalk;
  /** What a request means by `OWASP_LLM@2026` or `EU_AI_ACT`. */
  parseRequested(text: string): Requested;
  catalog(framework: FrameworkSlug, edition: string): Catalog | undefined;
  /** The ref that a text names beyond doubt; see `refResolver`. */
  resolveRef(text: string): string | undefined;
  /** Crosswalk pairs of a ref, both ways. */
  pairsFrom(ref: string): readonly PairFrom[];
}

/** Throws when a default edition has no catalog. */
export function frameworksOf(data: FrameworksData, defaults: DefaultEditions = {}): Frameworks {
  const { catalogs, pairs, successions, garak } = data;
  return {
    ...editionsOf(catalogs, successions),
    ...garakTranslation(garak),
    catalogs,
    crosswalk: crosswalkOf(pairs),
    parseRequested: requestParser(catalogs, defaults),
    catalog: (framework, edition) => catalogs.find((each) => each.framework === framework && each.edition === edition),
    resolveRef: refResolver(catalogs),
    pairsFrom: pairLookup(pairs),
  };
}

let data: FrameworksData | undefined;

/**
 * The frameworks of the package's own data folder, read on first use. `defaults` says which edition a request means that names none:
 * an `OWASP_LLM` without an edition is that of 2025.
 */
export function loadFrameworks(defaults: DefaultEditions = {}): Frameworks {
  data ??= readData();
  return frameworksOf(data, defaults);
}
