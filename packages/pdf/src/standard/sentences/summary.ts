import type { EvidenceReport, ReportFrameworkCoverage, Severity } from '@evidence/contracts';
import { count, counted, listed, SEVERITIES, severityName } from '../words.js';
import { VERDICTS, verdictName } from './verdicts.js';

type Counts = ReportFrameworkCoverage['counts'];

export const summarySays = {
  openFindings: 'OPEN FINDINGS BY SEVERITY',
  directHeading: 'Controls with findings',
  direct: 'A control has findings when open findings are tagged with it. Each mark is one control.',
  verdictsHeading: 'All controls, by what is known about them',
  indicatedHeading: 'Only indicated: not findings',
  indicated:
    'No finding is tagged with these controls. Findings are tagged with related controls, and the crosswalk, our table of related controls, links the two. Read them as places to look, not as results.',
  mostHeading: 'Controls with the most findings',
  testedHeading: 'What was tested',
  noFramework: 'No framework was requested.',
  noScan: 'No scan is in scope, so nothing was tested.',
  nothingTested: 'Nothing in scope was tested.',
  emptyIsNotClean:
    'No finding is listed because no evaluation with a verdict is on record. This is not evidence that the endpoints are free of findings.',
  findingsWithoutTest:
    'No evaluation with a verdict is on record, so this report does not show how often anything was tested.',
  notEvaluated: 'not evaluated',
  failedRun: 'run failed',
  noOpenFindings: 'No open findings in scope.',
  failedElsewhere: 'The failed evaluations belong to findings that are closed or outside the scope.',
} as const;

export const openFindings = (summary: EvidenceReport['summary']): string => {
  const parts = SEVERITIES.filter((severity) => (summary[severity] ?? 0) > 0).map(
    (severity) => `${count(summary[severity] ?? 0)} ${severityName[severity].toLowerCase()}`,
  );
  return `${counted(summary.total_open, 'open finding')} in scope: ${listed(parts)}.`;
};

export const evaluated = (verdicts: number, scans: number, passed: number, failed: number): string =>
  `${counted(verdicts, 'evaluation')} with a verdict in ${counted(scans, 'scan')}: ${count(passed)} passed, ${count(failed)} failed.`;

/** Of scans that list failures or scores, and do not say how often the model passed. */
export const evaluatedUnknown = (failed: number, scans: number, isFurther: boolean): string =>
  `In ${counted(scans, isFurther ? 'further scan' : 'scan')} at least ${counted(failed, 'evaluation')} failed; how many passed is unknown.`;

export const failedRuns = (scans: number): string =>
  scans === 1
    ? '1 scan failed or stopped early, so it makes no control clean.'
    : `${count(scans)} scans failed or stopped early, so they make no control clean.`;

export const notEvaluated = (scans: number): string =>
  scans === 1
    ? '1 scan was not evaluated and proves nothing.'
    : `${count(scans)} scans were not evaluated and prove nothing.`;

/** Over all frameworks. Only direct facts come first; what is only indicated is another sentence. */
export function controlsInTotal(coverage: readonly ReportFrameworkCoverage[]): string {
  const total = (of: keyof Counts) => coverage.reduce((sum, { counts }) => sum + counts[of], 0);
  const indicated = total('indicated');
  const more = indicated === 0 ? '' : ` ${counted(indicated, 'more control')} ${be(indicated)} only indicated.`;
  return `${controlsWithFindings(total('finding'), total('controls'))}.${more}`;
}

const be = (n: number) => (n === 1 ? 'is' : 'are');

export const nOfM = (n: number, m: number): string => `${count(n)} of ${count(m)}`;

/** `2 of 10 controls have findings`: those that a scanner’s tag names, never those that are only indicated. */
export const controlsWithFindings = (n: number, m: number): string =>
  `${nOfM(n, m)} ${m === 1 ? 'control' : 'controls'} ${n === 1 ? 'has' : 'have'} findings`;

/** Every other verdict with its count, zeros left out. */
export const otherVerdicts = (counts: Counts): string =>
  VERDICTS.filter((verdict) => verdict !== 'finding' && counts[verdict] > 0)
    .map((verdict) => `${count(counts[verdict])} ${verdictName[verdict].toLowerCase()}`)
    .join(' · ');

export const moreScans = (n: number): string => `${counted(n, 'more scan')} under “Scans”.`;

export const severityChart = {
  notInScope: 'not in scope',
  alt: (counts: Readonly<Partial<Record<Severity, number>>>): string => {
    const parts = SEVERITIES.map((severity) => `${severityName[severity]}: ${counts[severity] ?? 'not in scope'}`);
    return `Open findings by severity. ${parts.join(', ')}.`;
  },
} as const;

export const controlsChart = (name: string, counts: Counts): string =>
  `One mark for each control of ${name}: ${VERDICTS.map((verdict) => `${counts[verdict]} ${verdictName[verdict].toLowerCase()}`).join(', ')}.`;
