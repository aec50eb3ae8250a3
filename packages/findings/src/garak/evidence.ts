import type { Discrepancy } from '@evidence/contracts';
import { contradictions, NO_TALLY, type Tally, totalOf } from '../tally.js';

/** Everything a file says about one probe and one detector, from the finest to the coarsest. */
export interface Evidence {
  readonly probe: string;
  readonly detector: string;
  /** Scores in completed attempts. */
  scores: Tally;
  /** Sum of the `eval` entries. */
  evaluated?: Tally;
  /** From the digest. */
  digested?: Tally;
  /** A digest has a score between 0 and 1 and no totals: some attempts got through. */
  partlyFailed?: boolean;
  /** Hits in a hitlog. */
  hits: number;
  /** The first failed output, redacted. */
  excerpt?: string;
}

export interface Verdict {
  readonly tally: Tally;
  readonly discrepancies: readonly Discrepancy[];
  /** False: no evaluation with a verdict was recorded; `tally` has only what was run. */
  readonly evaluated: boolean;
  /** What `tally` knows: everything; hits, and nothing about how often it passed; or that something failed, which it has as one failure. */
  readonly knows: 'all' | 'hits' | 'that_it_failed';
}

/**
 * What counts. An evaluation is what garak's evaluator recorded: an `eval` entry, a digest, or a hit; scores alone, as an interrupted run
 * leaves them, are no verdict. Where the levels contradict each other, both are listed and the finer one counts, except that scores
 * count over the total only when they are complete, or worse: a file cut short must not look better for it.
 */
export function verdictOf(evidence: Evidence, fileHasEvals: boolean): Verdict {
  const { probe, detector, scores, evaluated, digested, hits } = evidence;
  const subject = `${probe}/${detector}`;
  const stated = evaluated ?? digested;
  if (!stated) {
    const failures = (failed: number) => ({ tally: { ...NO_TALLY, failed }, discrepancies: [], evaluated: true });
    if (hits > 0) return { ...failures(hits), knows: 'hits' };
    if (evidence.partlyFailed) return { ...failures(1), knows: 'that_it_failed' };
    const unscored = totalOf(scores) + scores.unscored;
    return { tally: { ...NO_TALLY, unscored }, discrepancies: [], evaluated: false, knows: 'all' };
  }
  const discrepancies: Discrepancy[] = [];
  if (evaluated && digested) discrepancies.push(...contradictions(`${subject} in the digest`, digested, evaluated));
  if (!evaluated && fileHasEvals) discrepancies.push(...contradictions(`${subject} in the digest`, stated, NO_TALLY));
  let tally = stated;
  if (totalOf(scores) > 0) {
    discrepancies.push(...contradictions(subject, stated, scores));
    if (totalOf(scores) >= totalOf(stated) || scores.failed > stated.failed) tally = scores;
  }
  return { tally, discrepancies, evaluated: totalOf(tally) > 0, knows: 'all' };
}
