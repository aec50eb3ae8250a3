import type { Verdict } from '@evidence/contracts';

/** Raise it with every change of the rules in this folder that may alter a verdict. Reports state it. */
export const VERDICT_RULES = 4;

/** The facts about one control that its verdict depends on. */
export interface ControlFacts {
  /** Open findings in scope that are tagged with the control directly. */
  readonly directFindings: number;
  /** Open findings in scope that reach the control, directly or through the crosswalk. */
  readonly findings: number;
  /** Failed evaluations of probes that are tagged with it directly. */
  readonly failedEvaluations: number;
  /**
   * Findings tagged with it directly that are closed, have a severity that was not requested, or are open but were seen only before or after
   * the dates of the scope.
   */
  readonly findingsOutsideScope: number;
  /** False only if the request describes the system and reviewed facts say that the control does not apply to it. */
  readonly isApplicable: boolean;
  /** A probe that is tagged with it directly is known to have passed. */
  readonly hasPassed: boolean;
  /** The same, in a scan that was read completely, whose run did not fail, and in which every attempt on the control has a verdict. */
  readonly hasPassedWholly: boolean;
}

/**
 * The first verdict that fits. Bad news comes before good news, observations before inferences, and a control is clean only by evidence of
 * its own: neither a crosswalk pair nor missing evidence improves a verdict. A finding counts even if the control does not apply.
 *
 * Any attempt without a verdict may be the one that succeeded, so a single one keeps its scan from making the control clean: no share of
 * unjudged attempts is negligible. It does not affect other scans, because an aborted scan is repeated for exactly this reason.
 *
 * Dates limit what a report covers, not what is wrong. A weakness that was seen before the period and is still open was still present at its
 * start; tests that passed since do not close it, because closing is a decision. So it keeps a control from being clean, as a finding of a
 * severity that was not requested does. A weakness that was seen only after the period does so too: otherwise the report would call clean what
 * is known to be broken.
 */
export function verdictOf(facts: ControlFacts): Verdict {
  if (facts.directFindings > 0) return 'finding';
  if (facts.failedEvaluations > 0 || facts.findingsOutsideScope > 0) return 'finding_outside_scope';
  if (!facts.isApplicable) return 'not_applicable';
  if (facts.findings > 0) return 'indicated';
  if (facts.hasPassedWholly) return 'clean';
  return facts.hasPassed ? 'partly_tested' : 'not_tested';
}
