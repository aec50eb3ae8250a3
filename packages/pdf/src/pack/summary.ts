import type { EvidenceReport, ReportFrameworkCoverage } from '@evidence/contracts';
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import { printable } from '../printable.js';
import { coverageBar, coverageLegend, severityChart } from './chart.js';
import { callout, heading, section } from './section.js';
import { table } from './table.js';
import { toolName } from './tool.js';
import { count, counted, day, listed, SEVERITIES, severityName } from './words.js';

/** As many scans as fit on the page beside the rest; all of them are listed in a chapter of their own. */
const SUMMARY_MAX_SCANS = 6;

export function summary(report: EvidenceReport): Content[] {
  return section(
    'summary',
    'Summary',
    [
      verdict(report),
      {
        columns: [
          {
            width: 262,
            stack: [
              { text: 'OPEN FINDINGS BY SEVERITY', style: 'label', margin: [0, 2, 0, 4] },
              severityChart(report.summary),
            ],
          },
          { width: '*', stack: figures(report) },
        ],
        columnGap: 26,
      },
      heading('summary', 'Coverage by framework'),
      ...(report.coverage.length === 0 ? [{ text: 'No framework was requested.' }] : coverage(report.coverage)),
      heading('summary', 'What was tested'),
      ...scans(report.scans),
    ],
    { onNewPage: true },
  );
}

/** The one thing to take away. Without findings it also says what was tested: an empty list alone proves nothing. */
function verdict(report: EvidenceReport): Content {
  const { total_open: open } = report.summary;
  if (open === 0) return callout([{ text: 'No open findings in scope.', bold: true, fontSize: 11 }, ...tested(report)]);
  const parts = SEVERITIES.filter((severity) => (report.summary[severity] ?? 0) > 0).map(
    (severity) => `${count(report.summary[severity] ?? 0)} ${severityName[severity].toLowerCase()}`,
  );
  return callout([
    { text: `${counted(open, 'open finding')} in scope: ${listed(parts)}.`, bold: true, fontSize: 11 },
    ...tested(report),
  ]);
}

function tested({ scans, summary: { total_open: open } }: EvidenceReport): Content[] {
  const evaluated = scans.filter((scan) => scan.evaluated);
  const verdicts = sum(evaluated, (scan) => scan.evaluations.total);
  if (verdicts === 0) {
    return [
      'Nothing in scope was tested: no evaluation with a verdict is on record. This report is no evidence that the endpoints are free of findings.',
    ];
  }
  const passed = sum(evaluated, (scan) => scan.evaluations.passed);
  const failed = sum(evaluated, (scan) => scan.evaluations.failed);
  const idle = scans.length - evaluated.length;
  const sentences = [
    `${counted(verdicts, 'evaluation')} with a verdict in ${counted(evaluated.length, 'scan')}: ${count(passed)} passed, ${count(failed)} failed.`,
  ];
  if (open === 0 && failed > 0) sentences.push('What failed belongs to findings that are closed or outside the scope.');
  if (idle === 1) sentences.push('1 scan was not evaluated and proves nothing.');
  if (idle > 1) sentences.push(`${count(idle)} scans were not evaluated and prove nothing.`);
  return [sentences.join(' ')];
}

function figures(report: EvidenceReport): Content[] {
  const { receipt, scans, dispositions } = report;
  const rows: [label: string, value: number][] = [
    ['Findings considered', receipt.considered],
    ['Included in this report', receipt.included],
    ['Excluded, by reason', receipt.considered - receipt.included],
    ['Closed by a decision, in scope', dispositions.length],
    ['Scans in scope', scans.length],
    ['Evaluations without a verdict', sum(scans, (scan) => scan.evaluations.unscored)],
  ];
  return [
    { text: 'FIGURES', style: 'label', margin: [0, 2, 0, 4] },
    {
      table: {
        widths: ['*', 'auto'],
        body: rows.map(([label, value]) => [label, { text: count(value), bold: true, alignment: 'right' }]),
      },
      layout: 'noBorders',
    },
  ];
}

function coverage(frameworks: readonly ReportFrameworkCoverage[]): Content[] {
  return [
    {
      ...table(
        [
          { title: 'Framework', width: '*' },
          { title: 'Controls', width: 150 },
          { title: 'Findings', width: 42, alignment: 'right' },
          { title: 'Clean', width: 34, alignment: 'right' },
          { title: 'Not tested', width: 50, alignment: 'right' },
        ],
        frameworks.map(coverageRow),
      ),
      margin: [0, 0, 0, 6],
    },
    coverageLegend(),
  ];
}

function coverageRow({ name, framework, edition, controls }: ReportFrameworkCoverage): TableCell[] {
  const having = (verdict: string) => controls.filter((control) => control.verdict === verdict).length;
  const [finding, clean, notTested] = [having('finding'), having('clean'), having('not_tested')];
  return [
    {
      stack: [
        { text: printable(name), bold: true },
        { text: [`${framework} · edition `, printable(edition)], style: 'fine' },
      ],
    },
    coverageBar(finding, clean, notTested),
    { text: count(finding), bold: true },
    { text: count(clean) },
    { text: count(notTested) },
  ];
}

function scans(all: EvidenceReport['scans']): Content[] {
  if (all.length === 0) return [{ text: 'No scan lies in scope: nothing was tested.' }];
  const rows = all
    .slice(0, SUMMARY_MAX_SCANS)
    .map((scan): TableCell[] => [
      { text: toolName(scan.tool) },
      { text: scan.endpoint_id, style: 'code' },
      day(scan.started_at),
      { text: scan.evaluated ? count(scan.evaluations.total) : 'not evaluated' },
      { text: count(scan.evaluations.passed) },
      { text: count(scan.evaluations.failed), bold: scan.evaluations.failed > 0 },
    ]);
  const more = all.length - rows.length;
  return [
    table(
      [
        { title: 'Tool', width: 110 },
        { title: 'Endpoint', width: '*' },
        { title: 'Started', width: 56 },
        { title: 'Evaluations', width: 66, alignment: 'right' },
        { title: 'Passed', width: 46, alignment: 'right' },
        { title: 'Failed', width: 46, alignment: 'right' },
      ],
      rows,
    ),
    {
      text: more > 0 ? `and ${counted(more, 'more scan')}, listed under “Scans”.` : '',
      style: 'fine',
      margin: [0, 4, 0, 0],
    },
  ];
}

const sum = <T>(of: readonly T[], value: (one: T) => number): number =>
  of.reduce((total, one) => total + value(one), 0);
