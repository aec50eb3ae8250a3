import type {
  Applicability,
  CountsByReason,
  EvidenceReport,
  ReportControlCoverage,
  Severity,
} from '@evidence/contracts';
import { count, counted, listed, withoutStop } from '../words.js';
import { openElsewhen } from './elsewhen.js';
import { severityName, statusName } from './names.js';

export const coverageSays = {
  title: 'Coverage by control',
  heads: {
    control: 'Control',
    titleAndEvidence: 'Title and evidence',
    verdict: 'Verdict',
    findings: 'Findings',
    passed: 'Passed',
    controls: 'Controls',
    whyNot: 'Why not',
    whyNotYet: 'Why not, and from when',
    addressees: 'Who it addresses, and from when',
    appliesTo: 'Applies to',
  },
  introduction:
    'Each control has one verdict, explained in the summary. “Findings” counts the open findings that are tagged with the control. A control’s probes are the scanner’s tests that are tagged with it. “Passed” shows how many of their evaluations passed, in the scans that state a total. Controls without evidence are listed below each table by the framework’s own id.',
  someSeverities: 'The column “Findings” does not count severities outside the scope.',
  noControls: 'The catalog of this edition lists no controls.',
  stale:
    'That was more than 90 days before the date of this report’s data. The publisher may have changed the text since.',
  notStated: 'The catalog does not state it.',
  unreviewedLinks: 'A link between two controls has been reviewed only if its row names the reviewer.',
  unreviewedApplicability:
    'Unless a row says “Reviewed”, one person decided who the control addresses and from when it applies.',
  reviewed: 'Reviewed.',
  everyHeading: 'Controls that apply to every system of a class',
  every:
    'No single test can show that one of these controls is violated, so the crosswalk does not link to them. They have findings only if a scanner tags findings with them.',
  notWhole: 'Evaluations passed only in scans that failed or were not fully read; see “Scans”.',
  noRules: 'The verdicts were reached before the rules had versions.',
} as const;

export const rulesVersion = (rules: EvidenceReport['rules']): string =>
  rules === null ? coverageSays.noRules : `The verdicts follow version ${rules.version} of the rules.`;

export const judgedFor = ({ described, assessment_date }: EvidenceReport['system']): string =>
  described
    ? `Whether a control applies was assessed for the system on the cover, as of ${assessment_date}. The controls listed as not tested may apply: the description does not rule them out.`
    : 'The request does not describe the system, so no control is marked “not applicable”. If the catalog states who a control addresses and from when it applies, the table shows it.';

export const comparedAt = (day: string): string => `The catalog was last compared with the publisher’s text on ${day}.`;

export const untested = (n: number): string => `Not tested: ${counted(n, 'control')}`;

export const notApplicable = (n: number): string => `Not applicable: ${counted(n, 'control')}`;

/** The catalog states from when these controls apply; some of them address someone else. */
export const notYetApplicable = (n: number): string => `Not applicable, with a start date: ${counted(n, 'control')}`;

/** The evidence for one control, one sentence per item. The evidence that decides the verdict comes first. */
export function evidenceFor(control: ReportControlCoverage, reviewedBy: string | undefined, via: string): string[] {
  return [
    ...outsideScope(control),
    ...missing(control),
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
  if (closed !== '') sentences.push(`Closed findings: ${closed}.`);
  if (left !== '') sentences.push(`Findings of severities that were not requested: ${left}.`);
  sentences.push(...openElsewhen(outside.elsewhen));
  return sentences;
}

function failedEvaluations({
  failed,
  total,
  failed_of_unknown_total: unknown = 0,
}: ReportControlCoverage['evaluations']): string {
  if (total === null) return `At least ${counted(failed, 'evaluation')} failed; the total is unknown.`;
  const known = `${count(failed - unknown)} of ${counted(total, 'evaluation')} failed`;
  return unknown === 0 ? `${known}.` : `${known}, and at least ${count(unknown)} more in scans that state no total.`;
}

/** Why a control is not clean although its evaluations passed, or attempts were made. */
function missing({ verdict, evaluations }: ReportControlCoverage): string[] {
  const { total, unscored = 0, failed_of_unknown_total: unknown = 0 } = evaluations;
  const sentences: string[] = [];
  if (verdict !== 'finding_outside_scope' && total !== null && unknown > 0)
    sentences.push(`In scans that state no total, at least ${counted(unknown, 'evaluation')} failed.`);
  if (unscored > 0) sentences.push(`${counted(unscored, 'evaluation')} ${unscored === 1 ? 'has' : 'have'} no verdict.`);
  else if (verdict === 'partly_tested') sentences.push(coverageSays.notWhole);
  return sentences;
}

const reasons = (counts: CountsByReason, nameOf: (reason: string) => string | undefined): string =>
  listed(
    Object.keys(counts)
      .sort()
      .map((reason) => `${count(counts[reason] ?? 0)} ${nameOf(reason) ?? reason}`),
  );

/** `reviewedBy` is the pair’s reviewer; undefined when the report has no such pair. `via` names the control that the pair starts from. */
function indicated(control: ReportControlCoverage, reviewedBy: string | undefined, via: string): string[] {
  const { verdict, indicated_by: by, finding_count, direct_count } = control;
  const more = finding_count - direct_count;
  if (by === undefined || more === 0) return [];
  if (verdict !== 'indicated') {
    const findings = direct_count === 0 ? 'finding' : 'more finding';
    return [`${counted(more, findings)} ${more === 1 ? 'is' : 'are'} linked to it only by the crosswalk.`];
  }
  const review = reviewedBy ? ` Reviewed by ${reviewedBy}.` : '';
  return [
    `Indicated by ${counted(more, 'finding')}. Strongest link: ${by.basis} (${by.strength}), from ${via}. Source: ${withoutStop(legible(by.source))}.${review}`,
  ];
}

/**
 * Names and shortens commit hashes: the first digits are enough to find a commit, and the JSON has all of them. A commit identifies the version,
 * so an edition that is not stated is named only without one.
 */
const legible = (source: string): string =>
  source
    .replace(/\b([0-9a-f]{12})[0-9a-f]{28}\b/g, 'commit $1')
    .replace(/, not stated(?=, commit )/, '')
    .replace(', not stated', ', edition not stated');

/** Why a control does not apply, and from when it will. */
export const whyNot = ({ text, from }: NonNullable<ReportControlCoverage['not_applicable']>): string =>
  from === undefined || text.includes(from) ? text : `${text} Applies from ${from}.`;

/** Who a control addresses, and from when. `sharedWith` is the article whose dates it shares. */
export const applicability = (
  { text, reviewed }: Pick<Applicability, 'text' | 'reviewed'>,
  sharedWith: string | undefined,
): string =>
  [
    text,
    ...(sharedWith === undefined ? [] : [`These are the dates of ${sharedWith}.`]),
    ...(reviewed ? [coverageSays.reviewed] : []),
  ].join(' ');

/** `passed` is undefined where nothing was evaluated. */
export const figuresOf = (findings: number, passed: string | undefined): string =>
  [`Findings: ${count(findings)}.`, ...(passed === undefined ? [] : [`Evaluations passed: ${passed}.`])].join(' ');

/** The same figure in the column “Passed”. */
export const passedOf = (passed: number, total: number): string => `${count(passed)} of ${count(total)}`;

export const passedUnknown = 'unknown';
