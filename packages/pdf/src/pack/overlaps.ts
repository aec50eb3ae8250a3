import type { EvidenceReport, ReportOverlap } from '@evidence/contracts';
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import { paragraph, section } from './section.js';
import { tableInTwo } from './table.js';
import { count } from './words.js';

export function overlaps({ cross_framework_overlaps: pairs, frameworks }: EvidenceReport): Content[] {
  return section(
    'overlaps',
    'Overlaps between frameworks',
    [
      paragraph(
        'Two controls of two requested frameworks that stand on the same findings: one remedy may answer both. Most findings first; “direct” counts the findings on which the scanner tagged both.',
      ),
      pairs.length === 0
        ? {
            text:
              frameworks.length < 2
                ? 'One framework was requested, so nothing can overlap.'
                : 'No finding carries controls of two requested frameworks.',
          }
        : tableInTwo(
            [
              { title: 'Control', width: '*' },
              { title: 'and control', width: '*' },
              { title: 'Findings', width: 48, alignment: 'right' },
            ],
            pairs.map(row),
          ),
    ],
    { onNewPage: false },
  );
}

const row = ({ ref_a, ref_b, finding_count, direct_count }: ReportOverlap): TableCell[] => [
  { text: ref_a, style: 'ref' },
  { text: ref_b, style: 'ref' },
  {
    text: [{ text: count(finding_count), bold: true }, direct_count === 0 ? '' : ` · ${count(direct_count)} direct`],
    fontSize: 6.6,
  },
];
