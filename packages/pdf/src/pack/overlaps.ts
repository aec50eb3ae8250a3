import type { EvidenceReport } from '@evidence/contracts';
import type { Content } from 'pdfmake/interfaces.js';
import { paragraph, section } from './section.js';
import { table } from './table.js';
import { count } from './words.js';

export function overlaps({ cross_framework_overlaps: pairs, frameworks }: EvidenceReport): Content[] {
  return section(
    'overlaps',
    'Overlaps between frameworks',
    [
      paragraph(
        'Two controls of two requested frameworks that stand on the same findings: one remedy may answer both. “Direct” counts the findings on which the scanner tagged both.',
      ),
      pairs.length === 0
        ? {
            text:
              frameworks.length < 2
                ? 'One framework was requested, so nothing can overlap.'
                : 'No finding carries controls of two requested frameworks.',
          }
        : table(
            [
              { title: 'Control', width: '*' },
              { title: 'and control', width: '*' },
              { title: 'Findings', width: 60, alignment: 'right' },
              { title: 'Direct', width: 60, alignment: 'right' },
            ],
            pairs.map(({ ref_a, ref_b, finding_count, direct_count }) => [
              { text: ref_a, style: 'code' },
              { text: ref_b, style: 'code' },
              { text: count(finding_count), bold: true },
              { text: count(direct_count) },
            ]),
          ),
    ],
    { onNewPage: false },
  );
}
