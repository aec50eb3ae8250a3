import type { ReportOverlap } from '@evidence/contracts';
import type { Block } from '../writer/blocks.js';
import type { Column } from '../writer/table.js';
import { type Chapter, cell, type Pack, run } from './pack.js';
import { text } from './style.js';
import { count } from './words.js';

export const OVERLAPS: Chapter = { id: 'overlaps', title: 'Overlaps between frameworks', onNewPage: false };

const COLUMNS: readonly Column[] = [
  { title: 'Controls', width: '*' },
  { title: 'Findings', width: 38, align: 'right' },
  { title: 'Direct', width: 30, align: 'right' },
];

/** So many pairs stand in one column each; more stand two in a row. */
const FEW = 12;

export function* overlaps(pack: Pack): Generator<void> {
  const { cross_framework_overlaps: pairs, frameworks } = pack.report;
  const section = pack.chapter(OVERLAPS);
  pack.paragraph(
    section,
    'Two controls of two requested frameworks that stand on the same findings: one remedy may answer both. Most findings first; “direct” counts the findings on which the scanner tagged both.',
  );
  if (pairs.length === 0) pack.paragraph(section, none(frameworks.length));
  else {
    const inRow = pairs.length <= FEW ? 1 : 2;
    const table = pack.table(section, inRow === 1 ? COLUMNS : [...COLUMNS, ...COLUMNS]);
    for (let i = 0; i < pairs.length; i += inRow) {
      table.row(pairs.slice(i, i + inRow).flatMap(cells));
      yield;
    }
    table.end();
  }
  pack.close(section);
}

const none = (frameworks: number): string =>
  frameworks < 2
    ? 'One framework was requested, so nothing can overlap.'
    : 'No finding carries controls of two requested frameworks.';

const cells = ({ ref_a, ref_b, finding_count, direct_count }: ReportOverlap): Block[][] => [
  cell(run(`${ref_a} · ${ref_b}`, text.ref)),
  cell(run(count(finding_count), text.smallStrong)),
  cell(count(direct_count)),
];
