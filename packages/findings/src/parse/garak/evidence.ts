import type { Discrepancy } from '@evidence/contracts';
import { contradictions, NO_TALLY, type Tally, totalOf } from '../tally.js';

/** Everything a file says about one probe and one detector, from the finest to the coarsest. */
export interface Evidence {
  readonly probe: string;
  readonly detector: string;
  /** Scores in completed attempts; those without one are unscored. */
  scores: Tally;
  /** Sum of the `eval` entries. */
  evaluated?: Tally;
  /** From the digest. */
  digested?: Tally;
  /** The share that passed, as the digest states it. */
  score?: number;
  /** The digest states a score above 0 and no totals, and nothing else was evaluated. */
  hasScoreAlone?: boolean;
  /** Hits in a hitlog, and failures of `eval` entries that are of no other use. */
  hits: number;
  /** The first failed output, redacted. */
  excerpt?: string;
}

/** What counts of a probe and a detector. */
export interface Counted {
  readonly tally: Tally;
  readonly discrepancies: readonly Discrepancy[];
  /** False: no evaluation with a verdict was recorded; `tally` has only what was run. */
  readonly evaluated: boolean;
  /** What `tally` rests on. By a score alone, `failed` is 1 or 0. */
  readonly from: 'evaluations' | 'hits' | 'score';
}

/**
 * What counts. An evaluation is what garak's evaluator recorded: an `eval` entry, a digest, or a hit. Scores alone, as an interrupted run
 * leaves them, are no verdict; but where the run was evaluated (`isEvaluated`: the file has `eval` entries or a digest), a score that is a hit
 * is a failure that these leave out. Where the levels contradict each other, the finer one counts if it is complete, and the most failures
 * that any of them states: nothing may look better than the worst that its file says.
 */
export function countedOf(evidence: Evidence, fileHasEvals: boolean, isEvaluated: boolean): Counted {
  const { probe, detector, scores, evaluated, digested, hits } = evidence;
  const subject = `${probe}/${detector}`;
  const stated = evaluated ?? digested;
  if (!stated) return withoutTotals(evidence, isEvaluated);
  const discrepancies: Discrepancy[] = [];
  if (evaluated && digested) discrepancies.push(...contradictions(`${subject} in the digest`, digested, evaluated));
  if (!evaluated && fileHasEvals) discrepancies.push(...contradictions(`${subject} in the digest`, stated, NO_TALLY));
  if (hits > stated.failed) discrepancies.push({ subject: `${subject}: hits`, stated: stated.failed, counted: hits });
  let tally = stated;
  if (totalOf(scores) > 0) {
    discrepancies.push(...contradictions(subject, stated, scores));
    if (totalOf(scores) >= totalOf(stated)) tally = scores;
  }
  const unscored = Math.max(stated.unscored, scores.unscored);
  tally = failingAtLeast({ ...tally, unscored }, Math.max(hits, scores.failed, stated.failed, digested?.failed ?? 0));
  return { tally, discrepancies, evaluated: totalOf(tally) > 0, from: 'evaluations' };
}

function withoutTotals(
  { probe, detector, scores, score, hasScoreAlone, hits }: Evidence,
  isEvaluated: boolean,
): Counted {
  if (isEvaluated && scores.failed > 0) {
    const left = { subject: `${probe}/${detector}: failed`, stated: 0, counted: scores.failed };
    const tally = failingAtLeast(scores, hits);
    return { tally, discrepancies: [left], evaluated: true, from: 'evaluations' };
  }
  const failures = (failed: number, from: Counted['from']): Counted => ({
    tally: { ...NO_TALLY, failed, failuresOnly: true },
    discrepancies: [],
    evaluated: true,
    from,
  });
  if (hits > 0) return failures(hits, 'hits');
  if (hasScoreAlone) return failures(score === 1 ? 0 : 1, 'score');
  const unscored = totalOf(scores) + scores.unscored;
  return { tally: { ...NO_TALLY, unscored }, discrepancies: [], evaluated: false, from: 'evaluations' };
}

/**
 * Counts as unscored what was sent to the model and what this detector gave no score: attempts that were never completed, and outputs that it
 * left out. Where a file has the attempts of a probe, it has them all (garak 0.9 to 0.17, checked in November 2026).
 */
export function withUnjudged(
  { scores, ...evidence }: Evidence,
  { sent, completed, outputs }: { readonly sent: number; readonly completed: number; readonly outputs: number },
): Evidence {
  const leftOut = Math.max(0, outputs - totalOf(scores) - scores.unscored) + Math.max(0, sent - completed);
  return { ...evidence, scores: { ...scores, unscored: scores.unscored + leftOut } };
}

/** What is said to have passed is the first to have failed after all. */
const failingAtLeast = (tally: Tally, failed: number): Tally =>
  failed <= tally.failed ? tally : { ...tally, failed, passed: Math.max(0, tally.passed - (failed - tally.failed)) };
