import type { Verdict } from '@evidence/contracts';

/** In the order of evaluation: a control gets the first verdict that fits. */
export const VERDICTS = [
  'finding',
  'finding_outside_scope',
  'not_applicable',
  'indicated',
  'clean',
  'partly_tested',
  'not_tested',
] as const satisfies readonly Verdict[];

export const verdictName: Readonly<Record<Verdict, string>> = {
  finding: 'Finding',
  finding_outside_scope: 'None open in scope',
  not_applicable: 'Not applicable',
  indicated: 'Only indicated',
  clean: 'Clean',
  partly_tested: 'Partly tested',
  not_tested: 'Not tested',
};

/** For a reader who has never seen such a report. */
export const verdictMeaning: Readonly<Record<Verdict, string>> = {
  finding: 'An open finding is tagged with this control.',
  finding_outside_scope:
    'No open finding in scope, but there are failed evaluations, closed findings, or findings of a severity or date outside the scope.',
  not_applicable: 'The control does not apply to the system as the request describes it.',
  indicated:
    'No finding is tagged with this control, but one is tagged with a related control. It may be worth a look.',
  clean: 'Evaluations passed, none failed in any scan, and at least one scan tested the control without a gap.',
  partly_tested:
    'Evaluations passed, none failed, but every scan has a gap: missing verdicts, a failed run or unread results.',
  not_tested: 'No evaluation of this control has a verdict, so nothing is known.',
};
