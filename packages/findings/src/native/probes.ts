import type { NativeProbe, ProbeResult } from '@evidence/contracts';
import { NAME_CHARS_MAX } from '../limits.js';
import { ProbeTallies } from '../probe-tallies.js';
import type { TagRefs } from '../refs-of-tags.js';
import type { ScanAccount } from '../scan-account.js';
import { NO_TALLY, type Tally } from '../tally.js';
import { oneLine } from '../text.js';

/** What the file states of a probe and a detector, beside what the findings say of them. */
export class NativeProbes {
  readonly #found = new ProbeTallies();
  readonly #stated = new ProbeTallies();
  readonly #tags = new Map<string, Set<string>>();

  /** From a finding. */
  find(probe: string, detector: string, tally: Tally, tags: readonly string[]): void {
    this.#found.add(probe, detector, tally);
    this.#learn(probe, detector, tags);
  }

  /** From `probes`. Stated twice, it is added up. */
  state({ probe, detector = '', passed, failed, unscored = 0, tags = [] }: NativeProbe): void {
    const [name, judge] = [oneLine(probe, NAME_CHARS_MAX), oneLine(detector, NAME_CHARS_MAX)];
    this.#stated.add(name, judge, { ...NO_TALLY, passed, failed, unscored });
    this.#learn(name, judge, tags);
  }

  /**
   * What is stated, and where nothing is, what the findings say. Failures that contradict each other are both on record, and the larger
   * figure counts: findings that a file leaves out do not make a probe look better, nor do totals that leave out findings.
   */
  results(account: ScanAccount, refsOf: (tags: Iterable<string>) => TagRefs): ProbeResult[] {
    const merged = new ProbeTallies();
    for (const { probe, detector, tally: stated } of this.#stated.sorted()) {
      const found = this.#found.tallyOf(probe, detector);
      if (found.failed !== stated.failed)
        account.contradiction({
          subject: `${probe}/${detector}: failed`,
          stated: stated.failed,
          counted: found.failed,
        });
      merged.add(probe, detector, { ...stated, failed: Math.max(stated.failed, found.failed) });
    }
    for (const { probe, detector, tally } of this.#found.sorted())
      if (merged.tallyOf(probe, detector) === NO_TALLY) merged.add(probe, detector, tally);
    return merged.results((probe, detector) => refsOf(this.#tags.get(keyOf(probe, detector)) ?? []));
  }

  #learn(probe: string, detector: string, tags: readonly string[]): void {
    const known = this.#tags.get(keyOf(probe, detector)) ?? new Set();
    for (const tag of tags) if (known.size < TAGS_REMEMBERED_MAX) known.add(tag);
    this.#tags.set(keyOf(probe, detector), known);
  }
}

/** Of one probe: twice what is kept of them. */
const TAGS_REMEMBERED_MAX = 128;

const keyOf = (probe: string, detector: string): string => JSON.stringify([probe, detector]);
