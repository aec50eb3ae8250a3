import type { EvidenceReport, ReportDisposition } from '@evidence/contracts';
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import { printable } from '../printable.js';
import { paragraph, section } from './section.js';
import { table } from './table.js';
import { instant, severityName, statusName } from './words.js';

export function dispositions({ dispositions: all }: EvidenceReport): Content[] {
  return section(
    'dispositions',
    'Closed by a decision',
    [
      paragraph('Findings that match the scope but are no longer open: who decided, when, and why.'),
      all.length === 0
        ? { text: 'None.' }
        : table(
            [
              { title: 'Finding', width: '*' },
              { title: 'Severity', width: 44 },
              { title: 'Status', width: 66 },
              { title: 'Decided', width: 96 },
              { title: 'Reason', width: 120 },
            ],
            all.map(row),
          ),
    ],
    { onNewPage: false },
  );
}

const row = (disposition: ReportDisposition): TableCell[] => [
  {
    stack: [
      { text: printable(disposition.title), bold: true },
      { text: disposition.finding_id, style: 'code' },
    ],
  },
  severityName[disposition.severity],
  statusName[disposition.status],
  {
    stack: [
      { text: instant(disposition.decided_at), style: 'fine' },
      { text: printable(disposition.decided_by), style: 'fine' },
    ],
  },
  { text: printable(disposition.reason ?? '') },
];
