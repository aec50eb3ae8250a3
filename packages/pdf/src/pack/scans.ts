import type { EvidenceReport, ReportScan } from '@evidence/contracts';
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import { printable } from '../printable.js';
import { heading, paragraph, section } from './section.js';
import { table } from './table.js';
import { toolName } from './tool.js';
import { count, instant } from './words.js';

export function scans({ scans: all }: EvidenceReport): Content[] {
  return section(
    'scans',
    'Scans',
    [
      paragraph(
        'What was tested. A scan without evaluations proves nothing, and nothing in it counts as clean. The hash is the SHA-256 of the imported file.',
      ),
      all.length === 0
        ? { text: 'No scan lies in scope: nothing was tested.' }
        : table(
            [
              { title: 'Scan', width: '*' },
              { title: 'Tool', width: 64 },
              { title: 'Attempts', width: 42, alignment: 'right' },
              { title: 'Evaluated', width: 48, alignment: 'right' },
              { title: 'Passed / failed', width: 64, alignment: 'right' },
              { title: 'No verdict', width: 50, alignment: 'right' },
            ],
            all.map(row),
          ),
      ...discrepancies(all),
    ],
    { onNewPage: false },
  );
}

const row = (scan: ReportScan): TableCell[] => [
  {
    stack: [
      { text: scan.id, style: 'code' },
      { text: [scan.endpoint_id, ` · ${instant(scan.started_at)}`], style: 'fine' },
      { text: scan.source_sha256, style: 'codeFine', fontSize: 4.9 },
    ],
  },
  { stack: [{ text: toolName(scan.tool) }, { text: printable(scan.format), style: 'fine' }] },
  { text: count(scan.attempts) },
  scan.evaluated ? { text: count(scan.evaluations.total), bold: true } : { text: 'not evaluated', italics: true },
  { text: `${count(scan.evaluations.passed)} / ${count(scan.evaluations.failed)}` },
  { text: count(scan.evaluations.unscored) },
];

function discrepancies(all: readonly ReportScan[]): Content[] {
  const rows = all.flatMap((scan) =>
    scan.discrepancies.map(({ subject, stated, counted }): TableCell[] => [
      { text: scan.id, style: 'code' },
      { text: printable(subject) },
      { text: count(stated) },
      { text: count(counted), bold: true },
    ]),
  );
  if (rows.length === 0) return [];
  return [
    heading('scans', 'Totals that contradict their rows'),
    paragraph('The imported file states one number and its rows add up to another. The rows count.'),
    table(
      [
        { title: 'Scan', width: 130 },
        { title: 'Subject', width: '*' },
        { title: 'Stated', width: 60, alignment: 'right' },
        { title: 'Counted', width: 60, alignment: 'right' },
      ],
      rows,
    ),
  ];
}
