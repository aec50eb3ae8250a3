import type {
  Applicability,
  CountsByReason,
  EvidenceReport,
  ReportControlCoverage,
  Severity,
} from '@evidence/contracts';
import { count, counted, listed, severityName, statusName, withoutStop } from '../words.js';

export const coverageSays = {
  introduction:
    'Each control has one verdict; the summary explains them. “Findings” counts the open findings that are tagged with the control. “Passed” counts the evaluations of probes that are tagged with it. Controls without evidence are listed below each table by the framework’s own id.',
  someSeverities: 'Severities outside the scope are not counted as findings.',
  noControls: 'The catalog of this edition lists no controls.',
  stale:
    'That was more than 90 days before the data of this report was taken. The publisher may have changed the text since.',
  notReviewed: 'Not reviewed.',
  notExcluded: 'The description of the system does not exclude it.',
  unreviewed: 'Unreviewed: one reader’s judgement.',
  everyHeading: 'Controls that apply to every system of a class',
  every:
    'A single test cannot show that one of these controls is broken, so the crosswalk points to none of them. They have findings only when a scanner tags them.',
  noRules: 'The verdicts were reached before the rules had versions.',
} as const;

export const rulesVersion = (rules: EvidenceReport['rules']): string =>
  rules === null ? coverageSays.noRules : `The verdicts were reached by version ${rules.version} of the rules.`;

export const judgedFor = ({ described, assessment_date }: EvidenceReport['system']): string =>
  described
    ? `Whether a control applies was judged for the system on the cover, on ${assessment_date}.`
    : 'The request does not describe the system, so no control is called “not applicable”. Where a catalog says so, the table states whom a control addresses and from when.';

export const comparedAt = (day: string): string => `The catalog was last compared with its publisher on ${day}.`;

export const untested = (n: number): string => `Not tested: ${counted(n, 'control')}`;

export const notApplicable = (n: number): string => `Not applicable: ${counted(n, 'control')}`;

/** The evidence for one control, a sentence each: what the verdict rests on first. */
export function evidenceFor(control: ReportControlCoverage, reviewedBy: string | undefined, via: string): string[] {
  return [
    ...outsideScope(control),
    ...indicated(control, reviewedBy, via),
    ...(control.note === undefined ? [] : [control.note]),
  ];
}

function outsideScope({ verdict, outside_scope: outside, evaluations }: ReportControlCoverage): string[] {
  const sentences: string[] = [];
  if (verdict === 'finding_outside_scope' && evaluations.failed > 0) {
    sentences.push(failedEvaluations(evaluations));
  }
  if (outside === undefined) return sentences;
  const closed = reasons(outside.closed, (status) => statusName[status as keyof typeof statusName]?.toLowerCase());
  const left = reasons(outside.unrequested, (severity) => severityName[severity as Severity]?.toLowerCase());
  if (closed !== '') sentences.push(`Closed by a decision: ${closed}.`);
  if (left !== '') sentences.push(`Of severities that were not requested: ${left}.`);
  return sentences;
}

const failedEvaluations = ({ failed, total }: ReportControlCoverage['evaluations']): string =>
  total === null
    ? `At least ${counted(failed, 'evaluation')} failed; the total is unknown.`
    : `${count(failed)} of ${counted(total, 'evaluation')} failed.`;

const reasons = (counts: CountsByReason, nameOf: (reason: string) => string | undefined): string =>
  listed(
    Object.keys(counts)
      .sort()
      .map((reason) => `${count(counts[reason] ?? 0)} ${nameOf(reason) ?? reason}`),
  );

/** `reviewedBy` is of the pair; undefined when the report has no such pair. `via` names the control that the pair starts from. */
function indicated(control: ReportControlCoverage, reviewedBy: string | undefined, via: string): string[] {
  const { verdict, indicated_by: by, finding_count, direct_count } = control;
  const more = finding_count - direct_count;
  if (by === undefined || more === 0) return [];
  if (verdict !== 'indicated') {
    const findings = direct_count === 0 ? 'finding' : 'more finding';
    return [`${counted(more, findings)} only ${more === 1 ? 'indicates' : 'indicate'} it.`];
  }
  const review =
    reviewedBy === undefined ? '' : ` ${reviewedBy === '' ? coverageSays.notReviewed : `Reviewed by ${reviewedBy}.`}`;
  return [
    `Indicated by ${counted(more, 'finding')}, at best through ${by.basis === 'official' ? 'an' : 'a'} ${by.basis} link (${by.strength}) from ${via}. Source: ${withoutStop(shortDigests(by.source))}.${review}`,
  ];
}

/** Of a commit, the first digits are enough to find it; the JSON has all. */
const shortDigests = (words: string): string => words.replace(/\b([0-9a-f]{12})[0-9a-f]{28,}\b/g, '$1');

/** Why a control does not apply, and from when it will. */
export const whyNot = ({ text, from }: NonNullable<ReportControlCoverage['not_applicable']>): string =>
  from === undefined || text.includes(from) ? text : `${text} Applies from ${from}.`;

/** Whom a control addresses, and from when. `sharedWith` is the article whose dates it shares. */
export const applicability = (
  { text, reviewed }: Pick<Applicability, 'text' | 'reviewed'>,
  sharedWith: string | undefined,
): string =>
  [
    text,
    ...(sharedWith === undefined ? [] : [`Shares the dates of ${sharedWith}.`]),
    ...(reviewed ? [] : [coverageSays.unreviewed]),
  ].join(' ');

/** `passed` is undefined where nothing was evaluated. */
export const figuresOf = (findings: number, passed: string | undefined): string =>
  [`Findings: ${count(findings)}.`, ...(passed === undefined ? [] : [`Evaluations passed: ${passed}.`])].join(' ');
