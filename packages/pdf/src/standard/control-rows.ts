import type { ReportControlCoverage } from '@evidence/contracts';
import type { Block } from '../writer/blocks.js';
import type { Run } from '../writer/text-pieces.js';
import { cell, type Pack, paragraph, run } from './pack.js';
import * as says from './sentences/coverage.js';
import { text } from './style.js';
import { verdictParagraph } from './verdict-marks.js';
import { figure } from './words.js';

/** Whether a control is worth a row. An inapplicable control is if findings are mapped to it; an untested one if something was tried. */
export function hasEvidence({ verdict, finding_count, evaluations }: ReportControlCoverage): boolean {
  if (verdict === 'not_tested') return (evaluations.unscored ?? 0) > 0;
  return verdict !== 'not_applicable' || finding_count > 0;
}

/** The title of a control, and the evidence for its verdict. */
export function titleAndEvidence(pack: Pack, control: ReportControlCoverage): Block[] {
  const { ref, title, verdict } = control;
  return [
    paragraph([run(title, verdict === 'finding' ? text.smallStrong : text.small), run(`  ${ref}`, text.codeFine)]),
    ...evidenceFor(pack, control).map((words) => paragraph([run(words, text.fine)], { above: 1 })),
  ];
}

/** The verdict, the number of findings tagged with the control, and how many of its evaluations passed. */
export function verdictCells({ verdict, direct_count, evaluations }: ReportControlCoverage): Block[][] {
  return [
    [verdictParagraph(verdict)],
    cell(run(figure(direct_count), verdict === 'finding' ? text.smallStrong : text.smallMuted)),
    cell(passed(evaluations)),
  ];
}

function passed({ total, passed, unscored = 0 }: ReportControlCoverage['evaluations']): string {
  if (total === 0) return unscored === 0 ? figure(0) : says.passedOf(0, 0);
  return total === null || passed === null ? says.passedUnknown : says.passedOf(passed, total);
}

/** The same figures in words, for a table without their columns. */
export const figuresInWords = ({ direct_count, evaluations }: ReportControlCoverage): string =>
  says.figuresOf(direct_count, evaluations.total === 0 ? undefined : passed(evaluations));

function evidenceFor(pack: Pack, control: ReportControlCoverage): string[] {
  const { ref, indicated_by: by } = control;
  const pair = pack.report.crosswalk_pairs.find(({ ref_a, ref_b }) => ref_a === by?.via && ref_b === ref);
  const via = by === undefined ? '' : [by.via, pack.titles.titleOf(by.via) ?? ''].join(' ').trim();
  const evidence = says.evidenceFor(control, pair?.reviewed_by, via);
  const reason = reasonFor(pack, control);
  return reason === '' ? evidence : [...evidence, reason];
}

/**
 * Why a control does not apply, or who it addresses and from when. Empty when no catalog says so, and for a tested control whose
 * reviewed facts were already applied to the described system.
 */
export function reasonFor(
  { report, titles }: Pack,
  { verdict, not_applicable: excluded, applicability }: ReportControlCoverage,
): string {
  if (verdict === 'not_applicable') return excluded === undefined ? '' : says.whyNot(excluded);
  const isSettled = report.system.described && applicability?.reviewed && verdict !== 'not_tested';
  if (applicability === undefined || isSettled) return '';
  return says.applicability(applicability, applicability.with && titles.nativeIdOf(applicability.with));
}

/** Controls by the framework’s own ids, none broken over lines. */
export function ids(controls: readonly ReportControlCoverage[]): Run[] {
  const space = run(' ', text.code);
  return controls.flatMap(({ native_id }, i): Run[] => {
    const separator = i < controls.length - 1 ? ' ·' : '';
    const id = { text: `${native_id}${separator}`, style: text.code, isUnbroken: true };
    return i === 0 ? [id] : [space, id];
  });
}
