import type { ReportFrameworkCoverage, ReportScan } from '@evidence/contracts';
import type { StructureElement } from '../writer/structure-tree.js';
import { coverageBar, coverageLegend, severityChart } from './charts.js';
import { type Chapter, cell, type Pack, paragraph, type ReportFacts, run } from './pack.js';
import { LEADING, text } from './style.js';
import { toolName } from './tool.js';
import { count, counted, countOrUnknown, day, listed, SEVERITIES, severityName } from './words.js';

export const SUMMARY: Chapter = { id: 'summary', title: 'Summary', onNewPage: true };

/** As many scans as fit on the page beside the rest; all of them are listed in a chapter of their own. */
const SUMMARY_MAX_SCANS = 6;
const SUMMARY_MAX_CONTROLS = 6;
/** Of a control, in UTF-16 code units: two lines at most. */
const SUMMARY_MAX_TITLE = 90;
const CHART_WIDTH = 262;
const BETWEEN = 26;

export function* summary(pack: Pack): Generator<void> {
  const { flow, report } = pack;
  const section = pack.chapter(SUMMARY);
  pack.callout(section, verdict(report));
  const top = flow.y;
  flow.blocks(
    [
      paragraph([run('OPEN FINDINGS BY SEVERITY', text.label)], { above: 3, below: 5 }),
      severityChart(report.summary, pack.document.shaper),
    ],
    section,
    flow.left,
    CHART_WIDTH,
  );
  const chartEnd = flow.y;
  flow.y = top - 3;
  figures(pack, section);
  flow.y = Math.max(chartEnd, flow.y);
  yield;
  pack.heading(section, 'Coverage by framework');
  if (report.coverage.length === 0) pack.paragraph(section, 'No framework was requested.');
  else coverage(pack, section);
  worst(pack, section);
  pack.heading(section, 'What was tested');
  scans(pack, section);
  pack.close(section);
}

/** Whether there is any evaluation with a verdict. */
export const wasTested = ({ scans }: ReportFacts): boolean =>
  scans.some(({ evaluated, evaluations }) => evaluated && evaluations.total !== 0);

/** An empty list must never look like a good result. */
const untested = [
  paragraph([run('Nothing in scope was tested.', text.lead)], { leading: LEADING.normal }),
  paragraph(
    [
      run(
        'No finding is listed because no evaluation with a verdict is on record. This report is no evidence that the endpoints are free of findings.',
        text.body,
      ),
    ],
    { leading: LEADING.normal },
  ),
];

/** The one thing to take away. Without findings it also says what was tested: an empty list alone proves nothing. */
function verdict(report: ReportFacts) {
  const { total_open: open } = report.summary;
  const parts = SEVERITIES.filter((severity) => (report.summary[severity] ?? 0) > 0).map(
    (severity) => `${count(report.summary[severity] ?? 0)} ${severityName[severity].toLowerCase()}`,
  );
  if (!wasTested(report) && open === 0) return untested;
  const says =
    open === 0 ? 'No open findings in scope.' : `${counted(open, 'open finding')} in scope: ${listed(parts)}.`;
  return [
    paragraph([run(says, text.lead)], { leading: LEADING.normal }),
    paragraph([run(tested(report), text.body)], { leading: LEADING.normal }),
  ];
}

function tested(report: ReportFacts): string {
  const {
    scans,
    summary: { total_open: open },
  } = report;
  const evaluated = scans.filter((scan) => scan.evaluated);
  if (!wasTested(report)) {
    return 'Nothing in scope was tested: no evaluation with a verdict is on record. This report is no evidence that the endpoints are free of findings.';
  }
  const failed = sum(evaluated, (scan) => scan.evaluations.failed);
  const idle = scans.length - evaluated.length;
  const sentences = [...verdictsIn(evaluated)];
  if (open === 0 && failed > 0) sentences.push('What failed belongs to findings that are closed or outside the scope.');
  if (idle === 1) sentences.push('1 scan was not evaluated and proves nothing.');
  if (idle > 1) sentences.push(`${count(idle)} scans were not evaluated and prove nothing.`);
  const broken = scans.filter(({ run }) => run.outcome === 'failed').length;
  if (broken > 0) sentences.push(`The run of ${counted(broken, 'scan')} failed, so nothing in it counts as clean.`);
  return sentences.join(' ');
}

/** Numbers that are known, and numbers that are not, apart: a sum of both would be neither. */
function* verdictsIn(evaluated: readonly ReportScan[]): Iterable<string> {
  const known = evaluated.filter(({ evaluations }) => evaluations.total !== null);
  const unknown = evaluated.filter(({ evaluations }) => evaluations.total === null);
  if (known.length > 0) {
    const [total, passed, failed] = (['total', 'passed', 'failed'] as const).map((member) =>
      sum(known, ({ evaluations }) => evaluations[member] ?? 0),
    ) as [number, number, number];
    yield `${counted(total, 'evaluation')} with a verdict in ${counted(known.length, 'scan')}: ${count(passed)} passed, ${count(failed)} failed.`;
  }
  if (unknown.length > 0) {
    const failed = sum(unknown, ({ evaluations }) => evaluations.failed);
    yield `In ${counted(unknown.length, known.length > 0 ? 'further scan' : 'scan')} at least ${counted(failed, 'evaluation')} failed, and the number that passed is unknown.`;
  }
}

function figures(pack: Pack, section: StructureElement): void {
  const { receipt, scans, dispositions } = pack.report;
  const { left, width } = pack.flow;
  const rows: readonly (readonly [label: string, value: number])[] = [
    ['Findings considered', receipt.considered],
    ['Included in this report', receipt.included],
    ['Excluded, by reason', receipt.considered - receipt.included],
    ['Closed by a decision, in scope', dispositions.length],
    ['Scans in scope', scans.length],
    ['Evaluations without a verdict', sum(scans, (scan) => scan.evaluations.unscored)],
  ];
  const offset = CHART_WIDTH + BETWEEN;
  const columns = [{ title: 'Figures', width: '*' } as const, { title: 'Count', width: 60, align: 'right' } as const];
  const table = pack.table(section, columns, { x: left + offset, width: width - offset });
  for (const [label, value] of rows) table.row([cell(label), cell(run(count(value), text.smallStrong))]);
  table.end();
}

function coverage(pack: Pack, section: StructureElement): void {
  const table = pack.table(section, [
    { title: 'Framework', width: '*' },
    { title: 'Controls', width: 150 },
    { title: 'Findings', width: 42, align: 'right' },
    { title: 'Indicated', width: 44, align: 'right' },
    { title: 'Clean', width: 34, align: 'right' },
    { title: 'Not tested', width: 50, align: 'right' },
  ]);
  for (const framework of pack.report.coverage) table.row(coverageRow(framework));
  table.end();
  pack.flow.blocks([coverageLegend(pack.document.shaper)], section);
}

function coverageRow({ name, framework, edition, counts }: ReportFrameworkCoverage) {
  return [
    [paragraph([run(name, text.smallStrong)]), paragraph([run(`${framework} · edition ${edition}`, text.fine)])],
    [coverageBar(counts)],
    cell(run(count(counts.finding), text.smallStrong)),
    cell(count(counts.indicated)),
    cell(count(counts.clean)),
    cell(count(counts.not_tested)),
  ];
}

/** Where to look first. */
function worst(pack: Pack, section: StructureElement): void {
  const controls = pack.report.coverage
    .flatMap(({ framework, controls }) => controls.map((control) => ({ framework, ...control })))
    .filter(({ verdict }) => verdict === 'finding')
    .sort((a, b) => b.direct_count - a.direct_count)
    .slice(0, SUMMARY_MAX_CONTROLS);
  if (controls.length === 0) return;
  pack.heading(section, 'Controls with most findings');
  const table = pack.table(section, [
    { title: 'Framework', width: 96 },
    { title: 'Control', width: 84 },
    { title: 'Title', width: '*' },
    { title: 'Findings', width: 42, align: 'right' },
    { title: 'Direct', width: 34, align: 'right' },
  ]);
  for (const { framework, native_id, title, finding_count, direct_count } of controls) {
    table.row([
      cell(run(framework, text.fine)),
      cell(run(native_id, text.code)),
      cell(shortened(title)),
      cell(run(count(finding_count), text.smallStrong)),
      cell(count(direct_count)),
    ]);
  }
  table.end();
}

/** In full it stands under “Coverage by control”. */
const shortened = (title: string): string =>
  title.length <= SUMMARY_MAX_TITLE ? title : `${title.slice(0, SUMMARY_MAX_TITLE).trimEnd()} …`;

function scans(pack: Pack, section: StructureElement): void {
  const all = pack.report.scans;
  if (all.length === 0) {
    pack.paragraph(section, 'No scan lies in scope: nothing was tested.');
    return;
  }
  const table = pack.table(section, [
    { title: 'Tool', width: 110 },
    { title: 'Endpoint', width: '*' },
    { title: 'Started', width: 56 },
    { title: 'Evaluations', width: 66, align: 'right' },
    { title: 'Passed', width: 46, align: 'right' },
    { title: 'Failed', width: 46, align: 'right' },
  ]);
  for (const { tool, endpoint_id, started_at, evaluated, evaluations } of all.slice(0, SUMMARY_MAX_SCANS)) {
    table.row([
      cell(toolName(tool)),
      cell(run(endpoint_id, text.code)),
      cell(day(started_at)),
      cell(evaluated ? countOrUnknown(evaluations.total) : run('not evaluated', text.smallItalic)),
      cell(countOrUnknown(evaluations.passed)),
      cell(run(count(evaluations.failed), evaluations.failed > 0 ? text.smallStrong : text.small)),
    ]);
  }
  table.end();
  const more = all.length - SUMMARY_MAX_SCANS;
  if (more > 0) pack.paragraph(section, run(`and ${counted(more, 'more scan')}, listed under “Scans”.`, text.fine));
}

const sum = <T>(of: readonly T[], value: (one: T) => number): number =>
  of.reduce((total, one) => total + value(one), 0);
