import type { NativeProbe, ProbeResult } from '@evidence/contracts';
import { byCodeUnits, type Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../../import-refusal.js';
import { NAME_CHARS_MAX, RESULTS_MAX } from '../../limits.js';
import { ProbeTallies } from '../probe-tallies.js';
import { type TagRefs, unitedTags } from '../refs-of-tags.js';
import type { ScanAccount } from '../scan-account.js';
import { evaluationsOf, NO_TALLY, sumOf, type Tally } from '../tally.js';
import { oneLine } from '../text.js';
import { commonTo, NO_CONTROLS, type RowControls, tagRefsOf, united } from './controls.js';

/** Rows of one probe and detector that say the same of controls. */
interface FoundRows {
  readonly probe: string;
  readonly detector: string;
  readonly controls: RowControls;
  tally: Tally;
  /** Some of them could not be recorded, so that no finding shows them. */
  isLost: boolean;
}

type Resolve = (controls: RowControls) => TagRefs;

/** What the file states of a probe and a detector, beside what the findings say of them. */
export class NativeProbes {
  readonly #found = new ProbeTallies();
  readonly #rows = new Map<string, FoundRows>();
  readonly #stated = new ProbeTallies();
  readonly #tags = new Map<string, TagRefs>();

  constructor(private readonly frameworks: Frameworks) {}

  /** From a row, recorded as a finding or not. Throws `ImportRefusal` `too_many_results`. */
  find(probe: string, detector: string, tally: Tally, controls: RowControls, isRecorded: boolean): void {
    this.#found.add(probe, detector, tally);
    const key = JSON.stringify([probe, detector, controls]);
    const known = this.#rows.get(key) ?? { probe, detector, controls, tally: NO_TALLY, isLost: false };
    if (!this.#rows.has(key) && this.#rows.size >= RESULTS_MAX) {
      const message = `The file has more than ${RESULTS_MAX} probes with different tags. Split the scan by probe.`;
      throw new ImportRefusal('too_many_results', message, { resultsMax: RESULTS_MAX });
    }
    this.#rows.set(key, known);
    known.tally = sumOf(known.tally, tally);
    known.isLost ||= !isRecorded;
  }

  /** From `probes`. Stated twice, it is added up. */
  state({ probe, detector = '', passed, failed, unscored = 0, tags = [] }: NativeProbe): void {
    const [name, judge] = [oneLine(probe, NAME_CHARS_MAX), oneLine(detector, NAME_CHARS_MAX)];
    this.#stated.add(name, judge, { ...NO_TALLY, passed, failed, unscored });
    const known = this.#tags.get(keyOf(name, judge));
    const own = tagRefsOf(tags, this.frameworks);
    this.#tags.set(keyOf(name, judge), known ? unitedTags([known, own]) : own);
  }

  /**
   * What is stated, and where nothing is, what the rows say: those with other tags apart, for what passed under one tag says nothing of
   * another. A stated probe is tagged as `probes` says; where that has no tags, with those that all its rows have; and with those of rows that
   * are no findings, as nothing else shows their failures. Failures that contradict
   * each other are both on record, and the larger figure counts: findings that a file leaves out do not make a probe look better, nor do
   * totals that leave out findings.
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
