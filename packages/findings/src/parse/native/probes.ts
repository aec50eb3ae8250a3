import type { NativeProbe, ProbeResult } from '@evidence/contracts';
import { byCodeUnits, type Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../../import-refusal.js';
import { NAME_CHARS_MAX, RESULTS_MAX } from '../../limits.js';
import { tooManySays } from '../../sentences/files.js';
import { ProbeTallies } from '../probe-tallies.js';
import { type TagRefs, unitedTags } from '../refs-of-tags.js';
import type { ScanAccount } from '../scan-account.js';
import { evaluationsOf, NO_TALLY, sumOf, type Tally } from '../tally.js';
import { oneLine } from '../text.js';
import { commonTo, NO_CONTROLS, type RowControls, tagRefsOf, united } from './controls.js';

/** Rows of one probe and detector that state the same controls. */
interface FoundRows {
  readonly probe: string;
  readonly detector: string;
  readonly controls: RowControls;
  tally: Tally;
  /** Some of them could not be recorded, so no finding shows them. */
  isLost: boolean;
}

type Resolve = (controls: RowControls) => TagRefs;

/** What the file states about each probe and detector, and what its findings show. */
export class NativeProbes {
  readonly #found = new ProbeTallies();
  readonly #rows = new Map<string, FoundRows>();
  readonly #stated = new ProbeTallies();
  readonly #tags = new Map<string, TagRefs>();

  constructor(private readonly frameworks: Frameworks) {}

  /** Adds a row, whether or not it was recorded as a finding. Throws `ImportRefusal` `too_many_results`. */
  find(probe: string, detector: string, tally: Tally, controls: RowControls, isRecorded: boolean): void {
    this.#found.add(probe, detector, tally);
    const key = JSON.stringify([probe, detector, controls]);
    const known = this.#rows.get(key) ?? { probe, detector, controls, tally: NO_TALLY, isLost: false };
    if (!this.#rows.has(key) && this.#rows.size >= RESULTS_MAX) {
      throw new ImportRefusal('too_many_results', tooManySays.taggedProbes(RESULTS_MAX), { resultsMax: RESULTS_MAX });
    }
    this.#rows.set(key, known);
    known.tally = sumOf(known.tally, tally);
    known.isLost ||= !isRecorded;
  }

  /** Adds an item of `probes`. Several for the same probe and detector are summed. */
  state({ probe, detector = '', passed, failed, unscored = 0, tags = [] }: NativeProbe): void {
    const [name, judge] = [oneLine(probe, NAME_CHARS_MAX), oneLine(detector, NAME_CHARS_MAX)];
    this.#stated.add(name, judge, { ...NO_TALLY, passed, failed, unscored });
    const known = this.#tags.get(keyOf(name, judge));
    const own = tagRefsOf(tags, this.frameworks);
    this.#tags.set(keyOf(name, judge), known ? unitedTags([known, own]) : own);
  }

  /**
   * The stated results; for probes without any, the results that the rows show, with different tags counted separately, because a pass under
   * one tag says nothing about another. A stated probe has its tags in `probes`, or if it has none there, those that all its rows share; in
   * addition, it has the tags of rows that could not be recorded, because nothing else shows their failures. If stated and counted failures
   * differ, both are recorded and the larger figure counts: neither findings missing from the file nor findings missing from its totals make
   * a probe look better.
   */
  results(account: ScanAccount, resolve: Resolve): ProbeResult[] {
    const results: ProbeResult[] = [];
    const isStated = new Set<string>();
    for (const { probe, detector, tally: stated } of this.#stated.sorted()) {
      const found = this.#found.tallyOf(probe, detector);
      if (found.failed !== stated.failed) {
        const discrepancy = { subject: `${probe}/${detector}: failed`, stated: stated.failed, counted: found.failed };
        account.contradiction(discrepancy);
      }
      isStated.add(keyOf(probe, detector));
      const tally = { ...stated, failed: Math.max(stated.failed, found.failed) };
      const controls = this.#controlsOf(probe, detector);
      results.push({ probe, detector, evaluations: evaluationsOf(tally), ...resolve(controls) });
    }
    for (const { probe, detector, controls, tally } of this.#rows.values())
      if (!isStated.has(keyOf(probe, detector)))
        results.push({ probe, detector, evaluations: evaluationsOf(tally), ...resolve(controls) });
    return results.sort(
      (a, b) =>
        byCodeUnits(a.probe, b.probe) || byCodeUnits(a.detector, b.detector) || byCodeUnits(refsIn(a), refsIn(b)),
    );
  }

  #controlsOf(probe: string, detector: string): RowControls {
    const rows = this.#rowsOf(probe, detector);
    const stated = this.#tags.get(keyOf(probe, detector)) ?? NO_CONTROLS.own;
    const isTagged = stated.refs.length + stated.unresolvedTags.length > 0;
    const own = isTagged ? { own: stated, inReport: stated } : commonTo(rows.map(({ controls }) => controls));
    const lost = rows.filter(({ isLost }) => isLost).map(({ controls }) => controls);
    return lost.length === 0 ? own : united(own, ...lost);
  }

  #rowsOf(probe: string, detector: string): FoundRows[] {
    return [...this.#rows.values()].filter((rows) => rows.probe === probe && rows.detector === detector);
  }
}

const keyOf = (probe: string, detector: string): string => JSON.stringify([probe, detector]);

const refsIn = ({ refs }: ProbeResult): string => refs.map(({ ref }) => ref).join(' ');
