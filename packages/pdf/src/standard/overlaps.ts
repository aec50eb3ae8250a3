import type { ReportOverlap } from '@evidence/contracts';
import { colour } from '../style.js';
import type { StructureElement } from '../writer/structure-tree.js';
import type { Column } from '../writer/table.js';
import type { Run } from '../writer/text-pieces.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import { LEADING, text } from './style.js';
import { count, counted } from './words.js';

export const OVERLAPS: Chapter = { id: 'overlaps', title: 'Overlaps between frameworks', onNewPage: false };

/** From few to all of the findings; dark ink is legible on each, and they differ in grey. */
const TINTS = [colour.band, '#E1E8F0', '#CBD8E7', '#B3C6DC'] as const;
const MATRIX_COLUMN = 52;

const COLUMNS: readonly Column[] = [
  { title: 'Controls', width: '*' },
  { title: 'Findings', width: 38, align: 'right' },
  { title: 'Direct', width: 30, align: 'right' },
];

const GROUPED: readonly Column[] = [
  { title: 'Control', width: 124 },
  { title: 'Together with, on so many findings', width: '*' },
];

/** So many pairs stand in a row each. More are gathered by their first control: six frameworks have a thousand. */
const FEW = 12;

export function* overlaps(pack: Pack): Generator<void> {
  const { cross_framework_overlaps: pairs, frameworks } = pack.report;
  const section = pack.chapter(OVERLAPS);
  pack.paragraph(
    section,
    'Where two of the requested frameworks meet on the same findings, one remedy may answer both.',
  );
  if (frameworks.length > 1) matrix(pack, section);
  if (pairs.length === 0) pack.paragraph(section, none(frameworks.length));
  else {
    pack.heading(section, 'Pairs of controls');
    pack.paragraph(
      section,
      'Two controls of two frameworks that stand on the same findings. Most findings first; “direct” counts the findings on which the scanner tagged both.',
    );
    yield* pairs.length <= FEW ? each(pack, section, pairs) : gathered(pack, section, pairs);
  }
  pack.close(section);
}

function* each(pack: Pack, section: StructureElement, pairs: readonly ReportOverlap[]): Generator<void> {
  const table = pack.table(section, COLUMNS);
  for (const { ref_a, ref_b, finding_count, direct_count } of pairs) {
    table.row([
      cell(run(`${ref_a} · ${ref_b}`, text.ref)),
      cell(run(count(finding_count), text.smallStrong)),
      cell(count(direct_count)),
    ]);
    yield;
  }
  table.end();
}

/** A row for each first control, in the order in which the pairs name them; in it the pairs in their order. */
function* gathered(pack: Pack, section: StructureElement, pairs: readonly ReportOverlap[]): Generator<void> {
  const table = pack.table(section, GROUPED);
  for (const ref of new Set(pairs.map(({ ref_a }) => ref_a))) {
    const others = pairs.filter(({ ref_a }) => ref_a === ref);
    table.row([
      [paragraph([run(ref, text.ref)]), paragraph([run(counted(others.length, 'pair'), text.fine)])],
      [paragraph(others.flatMap(partner), { leading: LEADING.normal })],
    ]);
    yield;
  }
  table.end();
}

/** The second control of a pair, its count never on another line. */
function partner({ ref_b, finding_count, direct_count }: ReportOverlap, i: number): Run[] {
  const direct = direct_count === 0 ? '' : ` (${count(direct_count)} direct)`;
  return [
    ...(i === 0 ? [] : [run(', ', text.fine)]),
    run(ref_b, text.ref),
    { ...run(` ${count(finding_count)}`, text.fineStrong), isUnbroken: true },
    { ...run(direct, text.fine), isUnbroken: true },
  ];
}

/** Framework by framework; the diagonal says how many findings each has at all. */
function matrix(pack: Pack, section: StructureElement): void {
  const { coverage, receipt } = pack.report;
  pack.heading(section, 'Findings that two frameworks share');
  pack.paragraph(
    section,
    'Each cell counts the findings that carry controls of both frameworks; on the diagonal, in bold, those with any control of the one. The darker, the larger the share of all findings.',
  );
  const table = pack.table(section, [
    { title: 'Framework', width: '*', isHead: true },
    ...coverage.map(({ framework }): Column => {
      return { title: framework.replaceAll('_', ' '), width: MATRIX_COLUMN, align: 'right' };
    }),
  ]);
  coverage.forEach(({ name, framework }, a) => {
    const counts = coverage.map((_, b) => pack.together.count(a, b));
    table.row(
      [
        [paragraph([run(name, text.smallStrong)]), paragraph([run(framework, text.fine)])],
        ...counts.map((n, b) => cell(run(count(n), a === b ? text.smallStrong : text.small))),
      ],
      [undefined, ...counts.map((n) => tint(n, receipt.included))],
    );
  });
  table.end();
}

const tint = (n: number, of: number): string | undefined =>
  n === 0 || of === 0 ? undefined : TINTS[Math.min(TINTS.length - 1, Math.floor((n / of) * TINTS.length))];

const none = (frameworks: number): string =>
  frameworks < 2
    ? 'One framework was requested, so nothing can overlap.'
    : 'No finding carries controls of two requested frameworks.';
