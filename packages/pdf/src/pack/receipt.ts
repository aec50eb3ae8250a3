import type { EvidenceReport } from '@evidence/contracts';
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import { lettersOf, printable } from '../printable.js';
import { COVER_MAX_ENDPOINTS } from './cover.js';
import { heading, paragraph, section } from './section.js';
import { table, tableInTwo } from './table.js';
import { count, sentence } from './words.js';

/** What went in, what was left out and why. */
export function receipt(report: EvidenceReport): Content[] {
  return section(
    'receipt',
    'Scope and exclusions',
    [
      paragraph(
        'Every finding of the tenant as of the log position on the cover is either in this report or counted here. Nothing was dropped in silence.',
      ),
      counts(report),
      ...endpoints(report),
      heading('receipt', 'Tags that could not be translated'),
      ...unresolved(report),
    ],
    { onNewPage: false },
  );
}

function counts({ receipt: { considered, included, excluded } }: EvidenceReport): Content {
  const reasons = Object.keys(excluded).sort();
  const strong = (label: string, n: number): TableCell[] => [
    { text: label, bold: true },
    '',
    { text: count(n), bold: true },
  ];
  return table(
    [
      { title: 'Findings', width: '*' },
      { title: 'Reason', width: '*' },
      { title: 'Count', width: 80, alignment: 'right' },
    ],
    [
      strong('Considered', considered),
      strong('Included in this report', included),
      ...reasons.map((reason): TableCell[] => [
        `Excluded: ${lettersOf(printable(sentence(reason))).toLowerCase()}`,
        { text: printable(reason, 'mono'), style: 'code' },
        { text: count(excluded[reason] ?? 0) },
      ]),
      ...(reasons.length === 0 ? [['Excluded', '', { text: '0' }]] : []),
    ],
  );
}

function endpoints({ scope: { endpoint_ids: ids } }: EvidenceReport): Content[] {
  if (ids.length <= COVER_MAX_ENDPOINTS) return [];
  return [heading('receipt', 'Endpoints in scope'), { text: ids.join('   '), style: 'code', lineHeight: 1.3 }];
}

function unresolved({ unresolved_tags: tags }: EvidenceReport): Content[] {
  if (tags.length === 0) return [{ text: 'None: every tag names a control, or none was given.' }];
  return [
    paragraph('Tags of the scanners that name no control in a catalog. They are listed, never guessed.'),
    tableInTwo(
      [
        { title: 'Tag', width: '*' },
        { title: 'Findings', width: 44, alignment: 'right' },
      ],
      tags.map(({ tag, findings }) => [
        { text: printable(tag, 'mono'), style: 'ref' },
        { text: count(findings), fontSize: 6.6 },
      ]),
    ),
  ];
}
