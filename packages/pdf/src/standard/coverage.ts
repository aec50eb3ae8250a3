import type { ReportControlCoverage, ReportFrameworkCoverage } from '@evidence/contracts';
import type { Block } from '../writer/blocks.js';
import type { StructureElement } from '../writer/structure-tree.js';
import { figuresInWords, hasEvidence, ids, reasonFor, titleAndEvidence, verdictCells } from './control-rows.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import * as says from './sentences/coverage.js';
import { controlsWithFindings, otherVerdicts } from './sentences/summary.js';
import { LEADING, text } from './style.js';
import { verdictParagraph } from './verdict-marks.js';

export const COVERAGE: Chapter = { id: 'coverage', title: says.coverageSays.title, onNewPage: true };

type Control = ReportControlCoverage;

const { coverageSays } = says;
const { heads } = coverageSays;

/** Room that a subheading and the first row of its table need, in points. */
const SUBHEADING_AND_A_ROW = 70;

/** Framework by framework: first the controls with evidence, each with the evidence for its verdict, then the others by id alone. */
export function* coverage(pack: Pack): Generator<void> {
  const { scope, coverage: frameworks, rules, system } = pack.report;
  const section = pack.chapter(COVERAGE);
  const sentences = [coverageSays.introduction, says.rulesVersion(rules), says.judgedFor(system)];
  if (scope.include_severities.length < 5) sentences.push(coverageSays.someSeverities);
  sentences.push(...unreviewed(pack));
  pack.paragraph(section, sentences.join(' '));
  for (const framework of frameworks) yield* ofFramework(pack, section, framework);
  pack.close(section);
}

/** Stated once instead of on every row. */
function unreviewed({ report }: Pack): string[] {
  const controls = report.coverage.flatMap((framework) => framework.controls);
  const hasLinks = report.crosswalk_pairs.some(({ reviewed_by }) => reviewed_by === '');
  const hasJudgements = controls.some(({ applicability }) => applicability?.reviewed === false);
  return [
    ...(hasLinks ? [coverageSays.unreviewedLinks] : []),
    ...(hasJudgements ? [coverageSays.unreviewedApplicability] : []),
  ];
}

function* ofFramework(pack: Pack, section: StructureElement, framework: ReportFrameworkCoverage): Generator<void> {
  const { name, controls } = framework;
  pack.heading(section, name);
  about(pack, section, framework);
  if (controls.length === 0) {
    pack.paragraph(section, coverageSays.noControls);
    return;
  }
  const isOwn = ({ applies_to_every }: Control) => applies_to_every === undefined;
  const own = controls.filter(isOwn);
  const judged = own.filter(hasEvidence);
  if (judged.length > 0) yield* withEvidence(pack, section, judged);
  const without = (verdict: Control['verdict']) =>
    own.filter((control) => control.verdict === verdict && !hasEvidence(control));
  const isLater = ({ not_applicable: excluded }: Control) => excluded?.from !== undefined;
  const excluded = without('not_applicable');
  const never = excluded.filter((control) => !isLater(control));
  withoutEvidence(pack, section, never, says.notApplicable, heads.whyNot);
  withoutEvidence(pack, section, excluded.filter(isLater), says.notYetApplicable, heads.whyNotYet);
  withoutEvidence(pack, section, without('not_tested'), says.untested, heads.addressees);
  const every = controls.filter((control) => !isOwn(control));
  if (every.length > 0) yield* ofEverySystem(pack, section, every);
}

/** How many controls have which verdict, how current the catalog is, and what its publisher says about it. */
function about(
  { flow }: Pack,
  section: StructureElement,
  { counts, compared_at, stale, notice }: ReportFrameworkCoverage,
): void {
  const { finding, controls } = counts;
  const figures = [
    run(`${controlsWithFindings(finding, controls)}. `, text.smallStrong),
    run(otherVerdicts(counts), text.small),
  ];
  const caveats = [notice, compared_at && says.comparedAt(compared_at)].filter((words) => words !== undefined);
  const standing = [
    run(caveats.join(' '), text.fine),
    ...(stale ? [run(` ${coverageSays.stale}`, text.fineStrong)] : []),
  ];
  const isPlain = caveats.length === 0 && !stale;
  const look = { leading: LEADING.normal };
  flow.blocks(
    [
      paragraph(figures, isPlain ? { ...look, below: 4 } : look),
      ...(isPlain ? [] : [paragraph(standing, { ...look, below: 4 })]),
    ],
    section,
  );
}

function* withEvidence(pack: Pack, section: StructureElement, controls: readonly Control[]): Generator<void> {
  const table = pack.table(section, [
    { title: heads.control, width: 62 },
    { title: heads.titleAndEvidence, width: '*' },
    { title: heads.verdict, width: 76 },
    { title: heads.findings, width: 40, align: 'right' },
    { title: heads.passed, width: 52, align: 'right' },
  ]);
  for (const control of controls) {
    table.row([cell(run(control.native_id, text.code)), titleAndEvidence(pack, control), ...verdictCells(control)]);
    yield;
  }
  table.end();
}

/** Lists controls without evidence by the framework’s own ids, grouped by reason, so that the gaps are visible without filling pages. */
function withoutEvidence(
  pack: Pack,
  section: StructureElement,
  controls: readonly Control[],
  heading: (n: number) => string,
  reasonTitle: string,
): void {
  if (controls.length === 0) return;
  const { flow } = pack;
  const head = run(`${heading(controls.length)} `, text.smallStrong);
  const reasons = byReason(pack, controls);
  if (reasons.size === 1 && reasons.has('')) {
    const words = paragraph([head, ...ids(controls)], { leading: LEADING.normal, above: 8 });
    flow.rows([[{ blocks: [words], parent: section, x: flow.left, width: flow.width }]], { mayBreak: true });
    return;
  }
  flow.needs(SUBHEADING_AND_A_ROW);
  flow.blocks([paragraph([head], { above: 10, below: 2 })], section);
  const table = pack.table(section, [
    { title: reasonTitle, width: '*', isHead: true },
    { title: heads.controls, width: 172 },
  ]);
  for (const [reason, having] of reasons) {
    table.row([
      cell(run(reason || coverageSays.notStated, text.fine)),
      [paragraph(ids(having), { leading: LEADING.normal })],
    ]);
  }
  table.end();
}

/** Duties of a whole class of systems: those with evidence one by one, the others grouped. */
function* ofEverySystem(pack: Pack, section: StructureElement, controls: readonly Control[]): Generator<void> {
  pack.flow.needs(SUBHEADING_AND_A_ROW);
  pack.flow.blocks(
    [
      paragraph([run(coverageSays.everyHeading, text.smallStrong)], { above: 12, below: 1 }),
      paragraph([run(coverageSays.every, text.fine)], { leading: LEADING.normal, below: 2 }),
    ],
    section,
  );
  const table = pack.table(section, [
    { title: heads.appliesTo, width: 110, isHead: true },
    { title: heads.controls, width: '*' },
    { title: heads.verdict, width: 76 },
  ]);
  for (const whole of new Set(controls.map(({ applies_to_every }) => applies_to_every))) {
    const ofClass = controls.filter(({ applies_to_every }) => applies_to_every === whole);
    const applies = cell(whole ?? '');
    for (const control of ofClass.filter(hasEvidence)) {
      table.row([applies, withFigures(pack, control), [verdictParagraph(control.verdict)]]);
      yield;
    }
    for (const verdict of ['not_applicable', 'not_tested'] as const) {
      const silent = ofClass.filter((control) => control.verdict === verdict && !hasEvidence(control));
      for (const [reason, having] of byReason(pack, silent)) {
        const why = reason === '' ? [] : [paragraph([run(reason, text.fine)], { above: 1 })];
        const listed = paragraph(ids(having), { leading: LEADING.normal });
        table.row([applies, [listed, ...why], [verdictParagraph(verdict)]]);
      }
    }
    yield;
  }
  table.end();
}

const withFigures = (pack: Pack, control: Control): Block[] => [
  paragraph([run(control.native_id, text.code)], { below: 1 }),
  ...titleAndEvidence(pack, control),
  paragraph([run(figuresInWords(control), text.fineStrong)], { above: 1 }),
];

/** Controls by reason, in order of first appearance. */
function byReason(pack: Pack, controls: readonly Control[]): Map<string, Control[]> {
  const groups = new Map<string, Control[]>();
  for (const control of controls) {
    const reason = reasonFor(pack, control);
    groups.set(reason, [...(groups.get(reason) ?? []), control]);
  }
  return groups;
}
