import type { ReportOverlap } from '@evidence/contracts';
import { colour } from '../style.js';
import type { Block } from '../writer/blocks.js';
import type { StructureElement } from '../writer/structure-tree.js';
import type { Column } from '../writer/table.js';
import type { Run } from '../writer/text-pieces.js';
import { frameworkCell } from './framework-names.js';
import { type Chapter, cell, type Pack, paragraph, run } from './pack.js';
import { shortFrameworkName } from './sentences/names.js';
import * as says from './sentences/overlaps.js';
import { LEADING, text } from './style.js';
import type { Shared } from './together.js';
import { verdictMark } from './verdict-marks.js';
import { count, figure } from './words.js';

export const OVERLAPS: Chapter = { id: 'overlaps', title: says.overlapsSay.title, onNewPage: false };

/** From few findings to all. Dark ink is legible on each tint, and the tints differ in greyscale. */
const TINTS = [colour.band, '#E1E8F0', '#CBD8E7', '#B3C6DC'] as const;
const MATRIX_COLUMN = 52;
/** In points: keeps the matrix whole, on one page with the text before it. */
const ABOVE_MATRIX = 130;
const MATRIX_ROW = 28;

/** Room below the heading when there are no pairs, in points: one sentence. */
const EMPTY = 30;

/** Nobody reads longer lists, and the JSON has every pair. */
const BOTH_MAX = 40;
const TAGGED_MAX = 25;
const PARTNERS_MAX = 8;

const { overlapsSay } = says;
const { heads } = overlapsSay;

/** Pairs by evidence: both ends tagged, then one end tagged. Pairs with no tagged end are only counted. */
export function* overlaps(pack: Pack): Generator<void> {
  const { cross_framework_overlaps: pairs, frameworks } = pack.report;
  if (pairs.length === 0) {
    const section = pack.chapter({ ...OVERLAPS, room: EMPTY });
    pack.paragraph(section, frameworks.length < 2 ? overlapsSay.oneFramework : overlapsSay.noPairs);
    pack.close(section);
    return;
  }
  const section = pack.chapter({ ...OVERLAPS, room: ABOVE_MATRIX + frameworks.length * MATRIX_ROW });
  pack.paragraph(section, overlapsSay.introduction);
  matrix(pack, section);
  const withEnds = (ends: number) => pairs.filter(({ direct_ends }) => direct_ends === ends);
  const [neither, one, both] = [withEnds(0), withEnds(1), withEnds(2)];
  if (both.length > 0) yield* bothTagged(pack, section, both);
  if (one.length > 0) yield* oneTagged(pack, section, one);
  if (neither.length > 0) remark(pack, section, says.neitherTagged(neither.length));
  pack.close(section);
}

function remark({ flow }: Pack, section: StructureElement, words: string): void {
  flow.blocks([paragraph([run(words, text.body)], { leading: LEADING.normal, above: 8 })], section);
}

function* bothTagged(pack: Pack, section: StructureElement, pairs: readonly ReportOverlap[]): Generator<void> {
  pack.heading(section, overlapsSay.bothHeading);
  pack.paragraph(section, overlapsSay.both);
  const table = pack.table(section, [
    { title: heads.control, width: '*' },
    { title: heads.control, width: '*' },
    { title: heads.findings, width: 44, align: 'right' },
  ]);
  for (const { ref_a, ref_b, direct_count } of pairs.slice(0, BOTH_MAX)) {
    table.row([
      [paragraph(pack.titles.runs(ref_a, 'tagged'), { mark: TAGGED })],
      [paragraph(pack.titles.runs(ref_b, 'tagged'), { mark: TAGGED })],
      cell(run(count(direct_count), text.smallStrong)),
    ]);
    yield;
  }
  table.end();
  if (pairs.length > BOTH_MAX) remark(pack, section, says.leftOut(pairs.length - BOTH_MAX));
}

interface Partner {
  readonly ref: string;
  readonly findings: number;
  readonly basis: ReportOverlap['basis_a'];
}

/** One row for each tagged control, with its indicated controls; both in the order of the pairs. */
function* oneTagged(pack: Pack, section: StructureElement, pairs: readonly ReportOverlap[]): Generator<void> {
  const partners = partnersByTagged(pairs);
  pack.heading(section, overlapsSay.oneHeading);
  pack.paragraph(section, overlapsSay.one);
  const table = pack.table(section, [
    { title: heads.tagged, width: 150, isHead: true },
    { title: heads.indicated, width: '*' },
  ]);
  let shown = 0;
  for (const [ref, indicated] of [...partners].slice(0, TAGGED_MAX)) {
    const most = indicated.slice(0, PARTNERS_MAX);
    shown += most.length;
    table.row([
      [paragraph(pack.titles.runs(ref, 'tagged'), { mark: TAGGED, leading: LEADING.normal })],
      partnersCell(pack, most, indicated.length - most.length),
    ]);
    yield;
  }
  table.end();
  if (shown < pairs.length) remark(pack, section, says.leftOut(pairs.length - shown));
}

function partnersByTagged(pairs: readonly ReportOverlap[]): Map<string, Partner[]> {
  const partners = new Map<string, Partner[]>();
  for (const { ref_a, ref_b, basis_a, basis_b, finding_count: findings } of pairs) {
    const isFirstTagged = basis_a === 'direct';
    const tagged = isFirstTagged ? ref_a : ref_b;
    const partner = { ref: isFirstTagged ? ref_b : ref_a, basis: isFirstTagged ? basis_b : basis_a, findings };
    const known = partners.get(tagged);
    if (known) known.push(partner);
    else partners.set(tagged, [partner]);
  }
  return partners;
}

function partnersCell({ titles }: Pack, partners: readonly Partner[], more: number): Block[] {
  const lines = partners.map(({ ref, findings, basis }) => {
    const figures: Run = { ...run(` ${count(findings)}`, text.fineStrong), isUnbroken: true };
    return paragraph([...titles.runs(ref, 'indicated'), figures, run(says.linkName(basis), text.fineItalic)], {
      mark: INDICATED,
      leading: LEADING.normal,
    });
  });
  return more === 0 ? lines : [...lines, paragraph([run(says.morePartners(more), text.fine)], { mark: BLANK })];
}

const TAGGED = verdictMark('finding', text.fine.size);
const INDICATED = verdictMark('indicated', text.fine.size);
const BLANK = { ...INDICATED, draw: () => {} };

/** Framework by framework; the diagonal has the total for each. */
function matrix(pack: Pack, section: StructureElement): void {
  const { coverage, receipt } = pack.report;
  pack.heading(section, overlapsSay.matrixHeading);
  pack.paragraph(section, overlapsSay.matrix);
  const table = pack.table(section, [
    { title: heads.framework, width: '*', isHead: true },
    ...coverage.map(
      ({ framework }): Column => ({ title: shortFrameworkName[framework], width: MATRIX_COLUMN, align: 'right' }),
    ),
  ]);
  coverage.forEach((framework, a) => {
    const cells = coverage.map((_, b) => pack.together.count(a, b));
    table.row(
      [frameworkCell(framework), ...cells.map(sharedCell)],
      [undefined, ...cells.map(({ tagged }) => tint(tagged, receipt.included))],
    );
  });
  table.end();
}

function sharedCell({ tagged, indicated }: Shared): Block[] {
  const firm = paragraph([run(figure(tagged), tagged > 0 ? text.smallStrong : text.smallMuted)]);
  return indicated === 0 ? [firm] : [firm, paragraph([run(says.onlyIndicated(indicated), text.fineItalic)])];
}

/** Only tagged findings darken a cell; a hint does not. */
const tint = (n: number, of: number): string | undefined =>
  n === 0 || of === 0 ? undefined : TINTS[Math.min(TINTS.length - 1, Math.floor((n / of) * TINTS.length))];
