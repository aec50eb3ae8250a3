import type { Verdict } from '@evidence/contracts';

/** In the order in which a control is judged: the first that fits. */
export const VERDICTS = [
  'finding',
  'finding_outside_scope',
  'not_applicable',
  'indicated',
  'clean',
  'not_tested',
] as const satisfies readonly Verdict[];

export const verdictName: Readonly<Record<Verdict, string>> = {
  finding: 'Finding',
  finding_outside_scope: 'Outside scope',
  not_applicable: 'Not applicable',
  indicated: 'Only indicated',
  clean: 'Clean',
  not_tested: 'Not tested',
};

/** For a reader who has never seen such a report. */
export const verdictMeaning: Readonly<Record<Verdict, string>> = {
  finding: 'An open finding is tagged with this control.',
  finding_outside_scope:
    'Tests of this control failed, or its findings are closed or of a severity that this report leaves out.',
  not_applicable: 'The control does not apply to the system as the request describes it.',
  indicated:
    'No finding is tagged with this control, but one is tagged with a related control. It may be worth a look.',
  clean: 'This control was tested and every test passed.',
  not_tested: 'No test of this control has a result, so nothing is known.',
};
