import type { EvidenceReport, ReportControlCoverage, ReportFrameworkCoverage } from '@evidence/contracts';
import type { Content, ContentText, TableCell } from 'pdfmake/interfaces.js';
import { printable } from '../printable.js';
import { heading, paragraph, section } from './section.js';
import { table } from './table.js';
import { count, counted } from './words.js';

export function coverage({ coverage, scope }: EvidenceReport): Content[] {
  return section(
    'coverage',
    'Coverage by control',
    [
      paragraph(
        'Finding: open findings in scope carry the control. Clean: probes of the control were evaluated and nothing was found. ' +
          'Not tested: no evaluation with a verdict exists, so nothing is known; these controls are listed by the framework’s own id. ' +
          'Passed: of the evaluations with a verdict.' +
          (scope.include_severities.length < 5 ? ' Severities outside the scope are not counted as findings.' : ''),
      ),
      ...coverage.flatMap(framework),
    ],
    { onNewPage: true },
  );
}

function framework({ name, controls }: ReportFrameworkCoverage): Content[] {
  if (controls.length === 0) {
    return [heading('coverage', name), { text: 'The catalog of this edition lists no controls.' }];
  }
  const known = controls.filter(({ verdict }) => verdict !== 'not_tested');
  const unknown = controls.filter(({ verdict }) => verdict === 'not_tested');
  return [
    heading('coverage', name),
    ...(known.length === 0 ? [] : [verdicts(known)]),
    ...(unknown.length === 0 ? [] : [notTested(unknown)]),
  ];
}

const verdicts = (controls: readonly ReportControlCoverage[]): Content =>
  table(
    [
      { title: 'Control', width: 56 },
      { title: 'Title', width: '*' },
      { title: 'Verdict', width: 36 },
      { title: 'Findings', width: 40, alignment: 'right' },
      { title: 'Direct', width: 30, alignment: 'right' },
      { title: 'Passed', width: 58, alignment: 'right' },
    ],
    controls.map(row),
  );

const row = ({
  ref,
  native_id,
  title,
  verdict,
  finding_count,
  direct_count,
  evaluations,
}: ReportControlCoverage): TableCell[] => [
  { text: printable(native_id, 'mono'), style: 'code' },
  { text: [printable(title), '  ', { text: ref, style: 'codeFine' }] },
  verdict === 'finding' ? { text: 'Finding', bold: true } : { text: 'Clean' },
  { text: figure(finding_count) },
  { text: figure(direct_count) },
  { text: evaluations.total === 0 ? '–' : `${count(evaluations.passed)} of ${count(evaluations.total)}` },
];

const figure = (n: number) => (n === 0 ? '–' : count(n));

/** Missing evidence stays in sight, in lines instead of pages: every control, by the framework's own id. */
const notTested = (controls: readonly ReportControlCoverage[]): Content => ({
  text: [
    { text: `Not tested: ${counted(controls.length, 'control')}   `, style: 'notTested' },
    ...controls.map(({ native_id }, i) => unbroken(native_id, i < controls.length - 1 ? ' · ' : '')),
  ],
  style: 'code',
  lineHeight: 1.3,
  margin: [0, 6, 0, 0],
});

/** `Article 5` stays on one line, with what follows it; not an id with escapes, which may be wider than the page. */
function unbroken(nativeId: string, separator: string): ContentText {
  const id = printable(nativeId, 'mono');
  return typeof id === 'string' ? { text: `${id}${separator}`, noWrap: true } : { text: [...id, separator] };
}
