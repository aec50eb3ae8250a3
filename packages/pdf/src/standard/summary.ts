import type { Basis } from '@evidence/contracts';
import type { StructureElement } from '../writer/structure-tree.js';
import type { Column } from '../writer/table.js';
import { controlMarks, severityChart } from './charts.js';
import { frameworkCell } from './framework-names.js';
import { headline } from './headline.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import * as says from './sentences/summary.js';
import { VERDICTS, verdictMeaning } from './sentences/verdicts.js';
import { text } from './style.js';
import { toolName } from './tool.js';
import { verdictMark, verdictParagraph } from './verdict-marks.js';
import { count, countOrUnknown, day, figure, shortened, shortFrameworkName } from './words.js';

export const SUMMARY: Chapter = { id: 'summary', title: 'Summary', onNewPage: true };

/** As many scans as fit on the page next to the rest; all of them are listed in a chapter of their own. */
const SUMMARY_MAX_SCANS = 6;
const SUMMARY_MAX_CONTROLS = 6;
/** Of a control, in UTF-16 code units: two lines at most. */
const SUMMARY_MAX_TITLE = 90;
const CHART_WIDTH = 262;
const BETWEEN = 26;
const MARKS_WIDTH = 272;

const { summarySays } = says;

/** Direct facts first: open findings, what was tested, the controls that findings name. Then what is only indicated. */
export function* summary(pack: Pack): Generator<void> {
  const { flow, report } = pack;
  const section = pack.chapter(SUMMARY);
  pack.callout(section, headline(report));
  const top = flow.y;
  flow.blocks(
    [
      paragraph([run(summarySays.openFindings, text.label)], { above: 3, below: 5 }),
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
  pack.heading(section, summarySays.directHeading);
  if (report.coverage.length === 0) pack.paragraph(section, summarySays.noFramework);
  else {
    controlsWithFindings(pack, section);
    controlsByVerdict(pack, section);
    mostFindings(pack, section);
  }
  yield;
  pack.heading(section, summarySays.testedHeading);
  scans(pack, section);
  onlyIndicated(pack, section);
  pack.close(section);
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
    ['Evaluations without a verdict', scans.reduce((total, { evaluations }) => total + evaluations.unscored, 0)],
  ];
  const offset = CHART_WIDTH + BETWEEN;
  const columns = [{ title: 'Figures', width: '*' } as const, { title: 'Count', width: 60, align: 'right' } as const];
  const table = pack.table(section, columns, { x: left + offset, width: width - offset });
  for (const [label, value] of rows) table.row([cell(label), cell(run(count(value), text.smallStrong))]);
  table.end();
}

function controlsWithFindings(pack: Pack, section: StructureElement): void {
  pack.paragraph(section, summarySays.direct);
  const table = pack.table(section, [
    { title: 'Framework', width: '*', isHead: true },
    { title: 'With findings', width: 72 },
    { title: 'One mark for each control', width: MARKS_WIDTH },
  ]);
  for (const framework of pack.report.coverage) {
    const { finding, controls } = framework.counts;
    table.row([
      frameworkCell(framework),
      [paragraph([run(says.nOfM(finding, controls), text.figure)])],
      [controlMarks(framework, MARKS_WIDTH)],
    ]);
  }
  table.end();
}

/** The numbers of every framework, and what each verdict means: the legend of the marks. */
function controlsByVerdict(pack: Pack, section: StructureElement): void {
  const { coverage } = pack.report;
  pack.heading(section, summarySays.verdictsHeading);
  const table = pack.table(section, [
    { title: 'Verdict', width: '*', isHead: true },
    ...coverage.map(({ framework }): Column => ({ title: shortFrameworkName[framework], width: 42, align: 'right' })),
  ]);
  for (const verdict of VERDICTS) {
    const name = verdictParagraph(verdict);
    const indent = { ...verdictMark(verdict, text.fine.size), draw: () => {} };
    table.row([
      [name, paragraph([run(verdictMeaning[verdict], text.fine)], { mark: indent })],
      ...coverage.map(({ counts }) => cell({ ...run(figure(counts[verdict]), name.runs[0]!.style) })),
    ]);
  }
  table.end();
}

const INDICATING = ['official', 'published', 'derived'] as const satisfies readonly Basis[];

function onlyIndicated(pack: Pack, section: StructureElement): void {
  const indicated = pack.report.coverage.filter(({ counts }) => counts.indicated > 0);
  if (indicated.length === 0) return;
  pack.heading(section, summarySays.indicatedHeading);
  pack.paragraph(section, summarySays.indicated);
  const table = pack.table(section, [
    { title: 'Framework', width: '*', isHead: true },
    { title: 'Only indicated', width: 76, align: 'right' },
    { title: 'Official link', width: 60, align: 'right' },
    { title: 'Published link', width: 64, align: 'right' },
    { title: 'Derived link', width: 60, align: 'right' },
  ]);
  for (const framework of indicated) {
    const controls = framework.controls.filter(({ verdict }) => verdict === 'indicated');
    table.row([
      frameworkCell(framework),
      cell(run(count(framework.counts.indicated), text.small)),
      ...INDICATING.map((basis) =>
        cell(run(figure(controls.filter((one) => one.indicated_by?.basis === basis).length), text.smallMuted)),
      ),
    ]);
  }
  table.end();
}

/** Where to look first: the controls that most findings name. */
function mostFindings(pack: Pack, section: StructureElement): void {
  const controls = pack.report.coverage
    .flatMap(({ framework, controls }) => controls.map((control) => ({ framework, ...control })))
    .filter(({ verdict }) => verdict === 'finding')
    .sort((a, b) => b.direct_count - a.direct_count)
    .slice(0, SUMMARY_MAX_CONTROLS);
  if (controls.length === 0) return;
  pack.heading(section, summarySays.mostHeading);
  const table = pack.table(section, [
    { title: 'Framework', width: 96 },
    { title: 'Control', width: 84 },
    { title: 'Title', width: '*' },
    { title: 'Findings', width: 50, align: 'right' },
  ]);
  for (const { framework, native_id, title, direct_count } of controls) {
    table.row([
      cell(run(shortFrameworkName[framework], text.smallMuted)),
      cell(run(native_id, text.code)),
      cell(shortened(title, SUMMARY_MAX_TITLE)),
      cell(run(count(direct_count), text.smallStrong)),
    ]);
  }
  table.end();
}

function scans(pack: Pack, section: StructureElement): void {
  const all = pack.report.scans;
  if (all.length === 0) {
    pack.paragraph(section, summarySays.noScan);
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
  for (const { tool, endpoint_id, started_at, evaluated, evaluations, run: state } of all.slice(0, SUMMARY_MAX_SCANS)) {
    table.row([
      cell(toolName(tool)),
      cell(
        run(endpoint_id, text.code),
        ...(state.outcome === 'failed' ? [run(`  ${summarySays.failedRun}`, text.fineStrong)] : []),
      ),
      cell(day(started_at)),
      cell(evaluated ? countOrUnknown(evaluations.total) : run(summarySays.notEvaluated, text.smallItalic)),
      cell(countOrUnknown(evaluations.passed)),
      cell(run(count(evaluations.failed), evaluations.failed > 0 ? text.smallStrong : text.small)),
    ]);
  }
  table.end();
  const more = all.length - SUMMARY_MAX_SCANS;
  if (more > 0) pack.paragraph(section, run(says.moreScans(more), text.fine));
}
