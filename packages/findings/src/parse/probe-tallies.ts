import type { ProbeResult } from '@evidence/contracts';
import { byCodeUnits } from '@evidence/frameworks';
import { ImportRefusal } from '../import-refusal.js';
import { RESULTS_MAX } from '../limits.js';
import { tooManySays } from '../sentences/files.js';
import type { TagRefs } from './refs-of-tags.js';
import { evaluationsOf, NO_TALLY, sumOf, type Tally } from './tally.js';

export const PASSED: Tally = { ...NO_TALLY, passed: 1 };
export const FAILED: Tally = { ...NO_TALLY, failed: 1 };
export const UNSCORED: Tally = { ...NO_TALLY, unscored: 1 };

export interface ProbeTally {
  readonly probe: string;
  readonly detector: string;
  readonly tally: Tally;
}

/** Evaluations by probe and detector, summed row by row. */
export class ProbeTallies {
  readonly #tallies = new Map<string, ProbeTally>();

  /** Throws `ImportRefusal` `too_many_results`. */
  add(probe: string, detector: string, tally: Tally): void {
    const key = JSON.stringify([probe, detector]);
    const known = this.#tallies.get(key);
    if (!known && this.#tallies.size >= RESULTS_MAX) {
      throw new ImportRefusal('too_many_results', tooManySays.probes(RESULTS_MAX), { resultsMax: RESULTS_MAX });
    }
    this.#tallies.set(key, { probe, detector, tally: known ? sumOf(known.tally, tally) : tally });
  }

  tallyOf(probe: string, detector: string): Tally {
    return this.#tallies.get(JSON.stringify([probe, detector]))?.tally ?? NO_TALLY;
  }

  get total(): Tally {
    return [...this.#tallies.values()].reduce((sum, { tally }) => sumOf(sum, tally), NO_TALLY);
  }

  /** Sorted by probe and detector. */
  sorted(): ProbeTally[] {
    return [...this.#tallies.values()].sort(
      (a, b) => byCodeUnits(a.probe, b.probe) || byCodeUnits(a.detector, b.detector),
    );
  }

  results(refsOf: (probe: string, detector: string) => TagRefs): ProbeResult[] {
    return this.sorted().map(({ probe, detector, tally }) => ({
      probe,
      detector,
      evaluations: evaluationsOf(tally),
      ...refsOf(probe, detector),
    }));
  }
}
