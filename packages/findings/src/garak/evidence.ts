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
  /** The share that passed, as the digest states it. */
  score?: number;
  /** The digest states a score above 0 and no totals, and nothing else was evaluated. */
  hasScoreAlone?: boolean;
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
  /** What `tally` rests on. By a score alone, `failed` is 1 or 0. */
  readonly from: 'evaluations' | 'hits' | 'score';
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
    const failures = (failed: number) => ({
      tally: { ...NO_TALLY, failed, failuresOnly: true },
      discrepancies: [],
      evaluated: true,
    });
    if (hits > 0) return { ...failures(hits), from: 'hits' };
    if (evidence.hasScoreAlone) return { ...failures(evidence.score === 1 ? 0 : 1), from: 'score' };
    const unscored = totalOf(scores) + scores.unscored;
    return { tally: { ...NO_TALLY, unscored }, discrepancies: [], evaluated: false, from: 'evaluations' };
  }
  const discrepancies: Discrepancy[] = [];
  if (evaluated && digested) discrepancies.push(...contradictions(`${subject} in the digest`, digested, evaluated));
  if (!evaluated && fileHasEvals) discrepancies.push(...contradictions(`${subject} in the digest`, stated, NO_TALLY));
  let tally = stated;
  if (totalOf(scores) > 0) {
    discrepancies.push(...contradictions(subject, stated, scores));
    if (totalOf(scores) >= totalOf(stated) || scores.failed > stated.failed) tally = scores;
  }
  return { tally, discrepancies, evaluated: totalOf(tally) > 0, from: 'evaluations' };
}
