import type { Discrepancy } from '@evidence/contracts';
import { contradictions, NO_TALLY, type Tally, totalOf } from '../tally.js';

/** Everything a file says about one probe and one detector, from the finest level to the coarsest. */
export interface Evidence {
  readonly probe: string;
  readonly detector: string;
  /** Scores in completed attempts; missing ones are unscored. */
  scores: Tally;
  /** Sum of the `eval` entries. */
  evaluated?: Tally;
  /** From the digest. */
  digested?: Tally;
  /** The share of evaluations that passed, according to the digest. */
  score?: number;
  /** The digest states a score above 0 without totals, and there are no other evaluations. */
  hasScoreAlone?: boolean;
  /** Hits in a hitlog, and failures of `eval` entries that are otherwise unusable. */
  hits: number;
  /** The first failed output, redacted. */
  excerpt?: string;
}

/** The figures that count for a probe and a detector. */
export interface Counted {
  readonly tally: Tally;
  readonly discrepancies: readonly Discrepancy[];
  /** False: there is no evaluation with a verdict, and `tally` has only unscored ones. */
  readonly evaluated: boolean;
  /** The source of `tally`. If it is a score alone, `failed` is 1 or 0. */
  readonly from: 'evaluations' | 'hits' | 'score';
}

/**
 * Decides which figures count. An evaluation is something that garak's evaluator recorded: an `eval` entry, a digest or a hit. Scores alone,
 * as in an interrupted run, are not verdicts. But if the run was evaluated (`isEvaluated`: the file has `eval` entries or a digest), a score
 * that is a hit is a failure that the evaluations left out. If the levels contradict each other, the finer one counts if it is complete,
 * with the most failures that any level states: nothing may look better than the worst that the file says.
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
 * Counts as unscored everything that was sent to the model without a score from this detector: attempts that were never completed, and
 * outputs that it skipped. A file has all attempts of a probe or none (garak 0.9 to 0.17, checked in November 2026).
 */
export function withUnjudged(
  { scores, ...evidence }: Evidence,
  { sent, completed, outputs }: { readonly sent: number; readonly completed: number; readonly outputs: number },
): Evidence {
  const leftOut = Math.max(0, outputs - totalOf(scores) - scores.unscored) + Math.max(0, sent - completed);
  return { ...evidence, scores: { ...scores, unscored: scores.unscored + leftOut } };
}

/** Additional failures are subtracted from the passes. */
const failingAtLeast = (tally: Tally, failed: number): Tally =>
  failed <= tally.failed ? tally : { ...tally, failed, passed: Math.max(0, tally.passed - (failed - tally.failed)) };
