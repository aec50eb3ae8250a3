import type { Basis } from '@evidence/contracts';
import type { StructureElement } from '../writer/structure-tree.js';
import type { Column } from '../writer/table.js';
import { controlMarks, severityChart } from './charts.js';
import { frameworkCell } from './framework-names.js';
import { headline } from './headline.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import { shortFrameworkName } from './sentences/names.js';
import { startedOn } from './sentences/sightings.js';
import * as says from './sentences/summary.js';
import { VERDICTS, verdictMeaning } from './sentences/verdicts.js';
import { text } from './style.js';
import { toolName } from './tool.js';
import { verdictMark, verdictParagraph } from './verdict-marks.js';
import { count, countOrUnknown, figure, shortened } from './words.js';

export const SUMMARY: Chapter = { id: 'summary', title: says.summarySays.title, onNewPage: true };

/** As many scans as fit on the page with the rest. The chapter “Scans” lists all of them. */
const SUMMARY_MAX_SCANS = 6;
const SUMMARY_MAX_CONTROLS = 6;
/** The limit of a control’s title, in UTF-16 code units: at most two lines. */
const SUMMARY_MAX_TITLE = 90;
const CHART_WIDTH = 262;
const BETWEEN = 26;
const MARKS_WIDTH = 272;

const { summarySays } = says;
const { heads, figures: labels } = summarySays;

/** Direct facts first: open findings, what was tested, the controls that findings are tagged with. Then what is only indicated. */
export function* summary(pack: Pack): Generator<void> {
  const { flow, report } = pack;
  const section = pack.chapter(SUMMARY);
  pack.callout(section, headline(report));
  pack.paragraph(section, run(summarySays.terms, text.small));
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
    [labels.considered, receipt.considered],
    [labels.included, receipt.included],
    [labels.excluded, receipt.considered - receipt.included],
    [labels.closed, dispositions.length],
    [labels.scans, scans.length],
    [labels.unscored, scans.reduce((total, { evaluations }) => total + evaluations.unscored, 0)],
  ];
  const offset = CHART_WIDTH + BETWEEN;
  const columns = [
    { title: heads.figures, width: '*' } as const,
    { title: heads.count, width: 60, align: 'right' } as const,
  ];
  const table = pack.table(section, columns, { x: left + offset, width: width - offset });
  for (const [label, value] of rows) table.row([cell(label), cell(run(count(value), text.smallStrong))]);
  table.end();
}

function controlsWithFindings(pack: Pack, section: StructureElement): void {
  pack.paragraph(section, summarySays.direct);
  const table = pack.table(section, [
    { title: heads.framework, width: '*', isHead: true },
    { title: heads.withFindings, width: 72 },
    { title: heads.marks, width: MARKS_WIDTH },
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

/** The counts of every framework, and the meaning of each verdict; also the legend of the marks. */
function controlsByVerdict(pack: Pack, section: StructureElement): void {
  const { coverage } = pack.report;
  pack.heading(section, summarySays.verdictsHeading);
  const table = pack.table(section, [
    { title: heads.verdict, width: '*', isHead: true },
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
    { title: heads.framework, width: '*', isHead: true },
    { title: heads.onlyIndicated, width: 76, align: 'right' },
    { title: heads.official, width: 60, align: 'right' },
    { title: heads.published, width: 64, align: 'right' },
    { title: heads.derived, width: 60, align: 'right' },
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

/** Where to look first: the controls that most findings are tagged with. */
function mostFindings(pack: Pack, section: StructureElement): void {
  const controls = pack.report.coverage
    .flatMap(({ framework, controls }) => controls.map((control) => ({ framework, ...control })))
    .filter(({ verdict }) => verdict === 'finding')
    .sort((a, b) => b.direct_count - a.direct_count)
    .slice(0, SUMMARY_MAX_CONTROLS);
  if (controls.length === 0) return;
  pack.heading(section, summarySays.mostHeading);
  const table = pack.table(section, [
    { title: heads.framework, width: 96 },
    { title: heads.control, width: 84 },
    { title: heads.title, width: '*' },
    { title: heads.findings, width: 50, align: 'right' },
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
    { title: heads.tool, width: 110 },
    { title: heads.endpoint, width: '*' },
    { title: heads.started, width: 56 },
    { title: heads.evaluations, width: 66, align: 'right' },
    { title: heads.passed, width: 46, align: 'right' },
    { title: heads.failed, width: 46, align: 'right' },
  ]);
  for (const scan of all.slice(0, SUMMARY_MAX_SCANS)) {
    const { tool, endpoint_id, evaluated, evaluations, run: state } = scan;
    table.row([
      cell(toolName(tool)),
      cell(
        run(endpoint_id, text.code),
        ...(state.outcome === 'failed' ? [run(`  ${summarySays.failedRun}`, text.fineStrong)] : []),
        ...(state.outcome === 'incomplete' ? [run(`  ${summarySays.incomplete}`, text.fineStrong)] : []),
      ),
      cell(startedOn(scan)),
      cell(evaluated ? countOrUnknown(evaluations.total) : run(summarySays.notEvaluated, text.smallItalic)),
      cell(countOrUnknown(evaluations.passed)),
      cell(run(count(evaluations.failed), evaluations.failed > 0 ? text.smallStrong : text.small)),
    ]);
  }
  table.end();
  const more = all.length - SUMMARY_MAX_SCANS;
  if (more > 0) pack.paragraph(section, run(says.moreScans(more), text.fine));
}
