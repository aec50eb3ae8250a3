import type { ReportControlCoverage, ReportFrameworkCoverage } from '@evidence/contracts';
import type { StructureElement } from '../writer/structure-tree.js';
import type { Run } from '../writer/text-pieces.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import { LEADING, text } from './style.js';
import { count, counted, verdictName } from './words.js';

export const COVERAGE: Chapter = { id: 'coverage', title: 'Coverage by control', onNewPage: true };

export function* coverage(pack: Pack): Generator<void> {
  const { scope, coverage: frameworks } = pack.report;
  const section = pack.chapter(COVERAGE);
  pack.paragraph(
    section,
    'Finding: open findings in scope are tagged with the control. Outside scope: probes of the control failed, or its findings are closed or of ' +
      'a severity that was not requested. Not applicable: the control does not apply to the system as described. Indicated: open findings reach ' +
      'the control through the crosswalk only. Clean: probes of the control were evaluated and all passed. ' +
      'Not tested: no evaluation with a verdict exists, so nothing is known; these controls are listed below each table by the framework’s own id.' +
      (scope.include_severities.length < 5 ? ' Severities outside the scope are not counted as findings.' : ''),
  );
  for (const framework of frameworks) yield* controlsOf(pack, section, framework);
  pack.close(section);
}

function* controlsOf(
  pack: Pack,
  section: StructureElement,
  { name, controls }: ReportFrameworkCoverage,
): Generator<void> {
  pack.heading(section, name);
  if (controls.length === 0) {
    pack.paragraph(section, 'The catalog of this edition lists no controls.');
    return;
  }
  const known = controls.filter(({ verdict }) => verdict !== 'not_tested');
  const unknown = controls.filter(({ verdict }) => verdict === 'not_tested');
  if (known.length > 0) yield* verdicts(pack, section, known);
  if (unknown.length > 0) notTested(pack, section, unknown);
}

function* verdicts(pack: Pack, section: StructureElement, controls: readonly ReportControlCoverage[]): Generator<void> {
  const table = pack.table(section, [
    { title: 'Control', width: 56 },
    { title: 'Title', width: '*' },
    { title: 'Verdict', width: 62 },
    { title: 'Findings', width: 40, align: 'right' },
    { title: 'Direct', width: 30, align: 'right' },
    { title: 'Passed', width: 58, align: 'right' },
  ]);
  for (const { ref, native_id, title, verdict, finding_count, direct_count, evaluations } of controls) {
    table.row([
      cell(run(native_id, text.code)),
      cell(`${title}  `, run(ref, text.codeFine)),
      cell(verdict === 'finding' ? run(verdictName.finding, text.smallStrong) : verdictName[verdict]),
      cell(figure(finding_count)),
      cell(figure(direct_count)),
      cell(passedOf(evaluations)),
    ]);
    yield;
  }
  table.end();
}

function passedOf({ total, passed }: ReportControlCoverage['evaluations']): string {
  if (total === null || passed === null) return 'unknown';
  return total === 0 ? '–' : `${count(passed)} of ${count(total)}`;
}

const figure = (n: number) => (n === 0 ? '–' : count(n));

/** Missing evidence stays in sight, in lines instead of pages: every control, by the framework's own id. */
function notTested({ flow }: Pack, section: StructureElement, controls: readonly ReportControlCoverage[]): void {
  const ids = controls.map(({ native_id }, i): Run => {
    const separator = i < controls.length - 1 ? ' ·' : '';
    return { text: `${native_id}${separator}`, style: text.code, isUnbroken: true };
  });
  const space = run(' ', text.code);
  const runs = [
    run(`Not tested: ${counted(controls.length, 'control')} `, text.smallStrong),
    ...ids.flatMap((id) => [space, id]),
  ];
  flow.blocks([paragraph(runs, { leading: LEADING.normal, above: 6 })], section);
}
