import type { Verdict } from '@evidence/contracts';

/** Raise it with every change of the rules in this folder that may alter a verdict: reports state it. */
export const VERDICT_RULES = 2;

/** What is known about one control, as far as the verdict depends on it. */
export interface ControlFacts {
  /** Open findings in scope that are tagged with the control directly. */
  readonly directFindings: number;
  /** Open findings in scope that reach the control at all, through the crosswalk too. */
  readonly findings: number;
  /** Failed evaluations of probes that are tagged with it directly. */
  readonly failedEvaluations: number;
  /** Findings tagged with it directly that are closed, or of a severity that was not requested. */
  readonly findingsOutsideScope: number;
  /** False only when the request describes the system, and reviewed facts say that the control does not apply to it. */
  readonly isApplicable: boolean;
  /** A probe that is tagged with it directly is known to have passed, in a run that did not fail. */
  readonly hasPassed: boolean;
}

/**
 * The first that fits. Bad news comes before good news, what was seen before what was inferred, and a control is clean only by evidence of
 * its own: neither a crosswalk pair nor missing evidence improves a verdict. Whether a control applies does not unmake what was seen.
 */
export function verdictOf(facts: ControlFacts): Verdict {
  if (facts.directFindings > 0) return 'finding';
  if (facts.failedEvaluations > 0 || facts.findingsOutsideScope > 0) return 'finding_outside_scope';
  if (!facts.isApplicable) return 'not_applicable';
  if (facts.findings > 0) return 'indicated';
  return facts.hasPassed ? 'clean' : 'not_tested';
}
