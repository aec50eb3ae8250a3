import type { ProbeResult } from '@evidence/contracts';
import { byCodeUnits } from '@evidence/frameworks';
import { ImportRefusal } from '../import-refusal.js';
import { RESULTS_MAX } from '../limits.js';
import { tooManySays } from '../sentences/files.js';
import type { TagRefs } from './refs-of-tags.js';
import { evaluationsOf, NO_TALLY, sumOf, type Tally } from './tally.js';

type Tagged = Omit<ProbeResult, 'evaluations'> & { readonly tally: Tally };

/**
 * Evaluations by probe, detector and tags: rows of one probe with different tags are counted separately, because a row that passed says
 * nothing about the controls of another row.
 */
export class TaggedTallies {
  readonly #tallies = new Map<string, Tagged>();

  /** Throws `ImportRefusal` `too_many_results`. */
  add(probe: string, detector: string, { refs, unresolvedTags }: TagRefs, tally: Tally): void {
    const key = JSON.stringify([probe, detector, refs.map(({ ref }) => ref), unresolvedTags]);
    const known = this.#tallies.get(key);
    if (!known && this.#tallies.size >= RESULTS_MAX) {
      throw new ImportRefusal('too_many_results', tooManySays.taggedProbes(RESULTS_MAX), { resultsMax: RESULTS_MAX });
    }
    const sum = sumOf(known?.tally ?? NO_TALLY, tally);
    this.#tallies.set(key, { probe, detector, refs, unresolvedTags, tally: sum });
  }

  /** Sorted by probe, detector and tags. */
  sorted(): ProbeResult[] {
    return [...this.#tallies]
      .sort(([a], [b]) => byCodeUnits(a, b))
      .map(([, { tally, ...result }]) => ({ ...result, evaluations: evaluationsOf(tally) }));
  }
}
