import type { EvidenceReport, ReportControlCoverage, ReportFrameworkCoverage } from '@evidence/contracts';
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import { printable } from '../printable.js';
import { heading, paragraph, section } from './section.js';
import { table } from './table.js';
import { count } from './words.js';

export function coverage({ coverage, scope }: EvidenceReport): Content[] {
  return section(
    'coverage',
    'Coverage by control',
    [
      paragraph(
        'Finding: open findings in scope carry the control. Clean: probes of the control were evaluated and nothing was found. ' +
          'Not tested: no evaluation with a verdict exists, so nothing is known.' +
          (scope.include_severities.length < 5 ? ' Severities outside the scope are not counted as findings.' : ''),
      ),
      ...coverage.flatMap(framework),
    ],
    { onNewPage: true },
  );
}

const framework = ({ name, controls }: ReportFrameworkCoverage): Content[] => [
  heading('coverage', name),
  controls.length === 0
    ? { text: 'The catalog of this edition lists no controls.' }
    : table(
        [
          { title: 'Control', width: 118 },
          { title: 'Title', width: '*' },
          { title: 'Verdict', width: 52 },
          { title: 'Findings', width: 44, alignment: 'right' },
          { title: 'Direct', width: 36, alignment: 'right' },
          { title: 'Passed / evaluated', width: 84, alignment: 'right' },
        ],
        controls.map(row),
      ),
];

const verdictCell: Readonly<Record<ReportControlCoverage['verdict'], () => TableCell>> = {
  finding: () => ({ text: 'Finding', bold: true }),
  clean: () => ({ text: 'Clean' }),
  not_tested: () => ({ text: 'Not tested', italics: true, style: 'muted' }),
};

const row = ({
  ref,
  native_id,
  title,
  verdict,
  finding_count,
  direct_count,
  evaluations,
}: ReportControlCoverage): TableCell[] => [
  {
    stack: [
      { text: printable(native_id, 'mono'), style: 'code' },
      { text: ref, style: 'codeFine' },
    ],
  },
  { text: printable(title) },
  verdictCell[verdict](),
  { text: figure(finding_count) },
  { text: figure(direct_count) },
  { text: evaluations.total === 0 ? '–' : `${count(evaluations.passed)} / ${count(evaluations.total)}` },
];

const figure = (n: number) => (n === 0 ? '–' : count(n));
