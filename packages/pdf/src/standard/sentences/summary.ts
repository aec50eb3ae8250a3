import { type EvidenceReport, type ReportFrameworkCoverage, SEVERITIES, type Severity } from '@evidence/contracts';
import { count, counted, listed } from '../words.js';
import { severityName } from './names.js';
import { VERDICTS, verdictName } from './verdicts.js';

type Counts = ReportFrameworkCoverage['counts'];

export const summarySays = {
  title: 'Summary',
  heads: {
    figures: 'Figures',
    count: 'Count',
    framework: 'Framework',
    withFindings: 'With findings',
    marks: 'One mark for each control',
    verdict: 'Verdict',
    onlyIndicated: 'Only indicated',
    official: 'Official link',
    published: 'Published link',
    derived: 'Derived link',
    control: 'Control',
    title: 'Title',
    findings: 'Findings',
    tool: 'Tool',
    endpoint: 'Endpoint',
    started: 'Started',
    evaluations: 'Evaluations',
    passed: 'Passed',
    failed: 'Failed',
  },
  figures: {
    considered: 'Findings considered',
    included: 'Open, in the findings register',
    excluded: 'Excluded (see “Scope and exclusions”)',
    closed: 'Closed, so excluded',
    scans: 'Scans in scope',
    unscored: 'Evaluations without a verdict',
  },
  /** The words that the chapters use without explaining them again. */
  terms:
    'An endpoint is a system under test. An attempt is one prompt sent to it. An evaluation is a scanner’s judgement of one response: it passed, it failed, or it has no verdict.',
  openFindings: 'OPEN FINDINGS BY SEVERITY',
  directHeading: 'Controls with findings',
  direct:
    'A control has findings if open findings are tagged with it. A tag shows which control a test relates to, not that the control is violated. Each mark is one control.',
  verdictsHeading: 'All controls by verdict',
  indicatedHeading: 'Only indicated: not findings',
  indicated:
    'No finding is tagged with these controls. The crosswalk, our table of related controls, links them to controls that findings are tagged with. Treat them as places to look, not as results.',
  mostHeading: 'Controls with the most findings',
  testedHeading: 'What was tested',
  noFramework: 'No framework was requested.',
  noScan: 'No scan is in scope, so nothing was tested.',
  nothingTested: 'Nothing in scope was tested.',
  emptyIsNotClean:
    'No finding is listed because no evaluation with a verdict was recorded. This is not evidence that the endpoints are free of findings.',
  findingsWithoutTest:
    'No evaluation with a verdict was recorded, so this report does not show how often anything was tested.',
  notEvaluated: 'not evaluated',
  failedRun: 'run failed',
  incomplete: 'not fully read',
  noOpenFindings: 'No open findings in scope.',
  failedElsewhere: 'The failed evaluations belong to findings that are closed or outside the scope.',
} as const;

export const openFindings = (summary: EvidenceReport['summary']): string => {
  const parts = SEVERITIES.filter((severity) => (summary[severity] ?? 0) > 0).map(
    (severity) => `${count(summary[severity] ?? 0)} ${severityName[severity].toLowerCase()}`,
  );
  return `${counted(summary.total_open, 'open finding')} in scope: ${listed(parts)}.`;
};

/** `without`: open findings that are mapped to no control of the requested frameworks. */
export const findingsWithoutControl = (without: number, open: number): string =>
  `${nOfM(without, open)} open ${open === 1 ? 'finding' : 'findings'} ${without === 1 ? 'is' : 'are'} not mapped to any control of these frameworks, so ${without === 1 ? 'it is' : 'they are'} counted under no control below.`;

export const evaluated = (verdicts: number, scans: number, passed: number, failed: number): string =>
  `${counted(verdicts, 'evaluation')} with a verdict in ${counted(scans, 'scan')}: ${count(passed)} passed, ${count(failed)} failed.`;

/** For scans that list failures or scores but do not say how often the model passed. */
export const evaluatedUnknown = (failed: number, scans: number, isFurther: boolean): string =>
  `In ${counted(scans, isFurther ? 'further scan' : 'scan')}, at least ${counted(failed, 'evaluation')} failed; the number that passed is unknown.`;

/** For evaluated scans; `notEvaluated` covers the others. */
export const failedRuns = (scans: number): string =>
  scans === 1
    ? '1 evaluated scan failed or stopped early, so it makes no control clean.'
    : `${count(scans)} evaluated scans failed or stopped early, so they make no control clean.`;

export const incompleteScans = (scans: number): string =>
  scans === 1
    ? '1 evaluated scan has results that were not read, so it makes no control clean.'
    : `${count(scans)} evaluated scans have results that were not read, so they make no control clean.`;

/** `failed` and `incomplete` of the scans failed or have results that were not read. */
export function notEvaluated(scans: number, failed: number, incomplete: number): string {
  const some = (n: number) => (scans === 1 ? 'it' : `${count(n)} of them`);
  const gaps = listed([
    ...(failed === 0 ? [] : [`${some(failed)} failed or stopped early`]),
    ...(incomplete === 0
      ? []
      : [`${some(incomplete)} ${incomplete === 1 ? 'has' : 'have'} results that were not read`]),
  ]);
  const fact =
    scans === 1
      ? '1 scan has no evaluation with a verdict, so it proves nothing'
      : `${count(scans)} scans have no evaluation with a verdict, so they prove nothing`;
  return gaps === '' ? `${fact}.` : `${fact}; ${gaps}.`;
}

/** Across all frameworks. Direct facts come first; controls that are only indicated get their own sentence. */
export function controlsInTotal(coverage: readonly ReportFrameworkCoverage[]): string {
  const total = (of: keyof Counts) => coverage.reduce((sum, { counts }) => sum + counts[of], 0);
  const indicated = total('indicated');
  const more = indicated === 0 ? '' : ` ${counted(indicated, 'more control')} ${be(indicated)} only indicated.`;
  return `${controlsWithFindings(total('finding'), total('controls'))}.${more}`;
}

const be = (n: number) => (n === 1 ? 'is' : 'are');

export const nOfM = (n: number, m: number): string => `${count(n)} of ${count(m)}`;

/** `2 of 10 controls have findings`. Counts controls that a scanner’s tag names, never those that are only indicated. */
export const controlsWithFindings = (n: number, m: number): string =>
  `${nOfM(n, m)} ${m === 1 ? 'control' : 'controls'} ${n === 1 ? 'has' : 'have'} findings`;

/** Every other verdict with its count, except zeros. */
export const otherVerdicts = (counts: Counts): string =>
  VERDICTS.filter((verdict) => verdict !== 'finding' && counts[verdict] > 0)
    .map((verdict) => `${count(counts[verdict])} ${verdictName[verdict].toLowerCase()}`)
    .join(' · ');

export const moreScans = (n: number): string => `${counted(n, 'more scan')} ${be(n)} listed under “Scans”.`;

export const severityChart = {
  notInScope: 'not in scope',
  alt: (counts: Readonly<Partial<Record<Severity, number>>>): string => {
    const parts = SEVERITIES.map(
      (severity) => `${severityName[severity]}: ${counts[severity] ?? severityChart.notInScope}`,
    );
    return `Open findings by severity. ${parts.join(', ')}.`;
  },
} as const;

export const controlsChart = (name: string, counts: Counts): string =>
  `One mark for each control of ${name}: ${VERDICTS.map((verdict) => `${counts[verdict]} ${verdictName[verdict].toLowerCase()}`).join('; ')}.`;
