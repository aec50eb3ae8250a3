import type { Basis, Overlap } from '@evidence/contracts';
import { basisRank, byCodeUnits } from '@evidence/frameworks';
import { type CarriedControls, type Controls, directAmong, numberIn, rankIn } from './controls.js';

/** By rank. */
const BASES = (['direct', 'official', 'published', 'derived'] as const satisfies readonly Basis[]).toSorted(
  (a, b) => basisRank(a) - basisRank(b),
);

/** Findings with the same controls for the same reasons. */
export interface ControlGroup {
  readonly controls: CarriedControls;
  readonly findings: number;
}

/**
 * A cell is one number, because two arrays would not fit into the processor's cache: the findings in the low 24 bits (the contract allows a
 * million), and above them the best evidence, from 1 for the weakest; 0 if no finding has both controls.
 */
type Cells = Uint32Array;
const EVIDENCE_SHIFT = 24;
const FINDINGS_MASK = 0xff_ffff;

/** Evidence of a pair: its direct ends, then the ranks of both bases from the weakest, in 2, 2 and 2 bits, plus one. More is better. */
const FIRST_END = [0, 1, 2, 3].map((rank) => 1 + (rank === 0 ? 0x10 : 0) + ((3 - rank) << 2));
const SECOND_END = [0, 1, 2, 3].map((rank) => (rank === 0 ? 0x10 : 0) + (3 - rank));
const directEndsOf = (evidence: number): number => (evidence - 1) >> 4;
const basisOfFirst = (evidence: number): Basis => BASES[3 - (((evidence - 1) >> 2) & 3)] as Basis;
const basisOfSecond = (evidence: number): Basis => BASES[3 - ((evidence - 1) & 3)] as Basis;

/**
 * For every two requested frameworks: which of their refs share findings, how many, and on what evidence. `refA` belongs to the framework
 * that was requested first. The ends and bases of a pair are those of the finding with the best evidence.
 *
 * Every two controls have a cell in a square; a group adds its findings to the cell of every two of its controls. So the cost depends on the
 * number of different combinations of refs, which is small for a scanner's findings, and is linear in the findings if all differ.
 */
export class OverlapCounts {
  readonly #cells: Cells;
  readonly #directCounts: Uint32Array;
  /** 1 for a control that any group has: in a small report, nearly all rows of the square are empty. */
  readonly #isCarried: Uint8Array;

  constructor(private readonly controls: Controls) {
    const { length: width } = controls.refs;
    this.#cells = new Uint32Array(width * width);
    this.#directCounts = new Uint32Array(width * width);
    this.#isCarried = new Uint8Array(width);
  }

  add({ controls: carried, findings }: ControlGroup): void {
    for (const each of carried) this.#isCarried[numberIn(each)] = 1;
    countPairs(this.#cells, this.controls, carried, findings);
    countDirectPairs(this.#directCounts, this.controls, directAmong(carried), findings);
  }

  /** Pairs with two direct ends come first, then with one, then with none; within each, most findings first, then by refs. */
  overlaps(): Overlap[] {
    const { refs } = this.controls;
    // In the order of the refs, so that only the ranks need sorting: there are fewer of them than overlaps.
    const carried = [...refs.keys()].filter((number) => this.#isCarried[number] === 1);
    const ordered = carried.sort((a, b) => byCodeUnits(refs[a] as string, refs[b] as string));
    const byRank = new Map<number, Overlap[]>();
    for (const a of ordered) {
      for (const b of ordered) {
        const place = a * refs.length + b;
        const cell = this.#cells[place] as number;
        if (cell === 0) continue;
        const evidence = cell >>> EVIDENCE_SHIFT;
        // In the order of canonical JSON, because there are hundreds of them.
        const overlap = {
          basisA: basisOfFirst(evidence),
          basisB: basisOfSecond(evidence),
          directCount: this.#directCounts[place] as number,
          directEnds: directEndsOf(evidence),
          findingCount: cell & FINDINGS_MASK,
          refA: refs[a] as string,
          refB: refs[b] as string,
        };
        const rank = overlap.directEnds * (FINDINGS_MASK + 1) + overlap.findingCount;
        const alike = byRank.get(rank);
        if (alike) alike.push(overlap);
        else byRank.set(rank, [overlap]);
      }
    }
    return [...byRank.keys()].sort((a, b) => b - a).flatMap((rank) => byRank.get(rank) ?? []);
  }
}

/**
 * The cell of `a` and `b` is in the row of `a`, which is of the framework requested first. Numbers ascend by framework, so the
 * partners of `a` are the rest of the list from the next framework on. In the worst case the inner loop runs millions of times.
 */
function countPairs(cells: Cells, { refs, frameworks }: Controls, carried: CarriedControls, findings: number): void {
  let partners = 0;
  for (const first of carried) {
    const framework = frameworks[numberIn(first)];
    while (partners < carried.length && frameworks[numberIn(carried[partners] as number)] === framework) partners += 1;
    const row = numberIn(first) * refs.length;
    const evidenceOfFirst = FIRST_END[rankIn(first)] as number;
    for (let index = partners; index < carried.length; index += 1) {
      const second = carried[index] as number;
      const place = row + numberIn(second);
      const evidence = evidenceOfFirst + (SECOND_END[rankIn(second)] as number);
      const cell = (cells[place] as number) + findings;
      const isBetter = cell >>> EVIDENCE_SHIFT < evidence;
      cells[place] = isBetter ? (cell & FINDINGS_MASK) + evidence * (FINDINGS_MASK + 1) : cell;
    }
  }
}

/** Few controls are direct, so their pairs are counted separately. */
function countDirectPairs(
  counts: Uint32Array,
  { refs, frameworks }: Controls,
  direct: readonly number[],
  findings: number,
): void {
  for (const [place, first] of direct.entries()) {
    for (const second of direct.slice(place + 1)) {
      if (frameworks[first] === frameworks[second]) continue;
      const cell = first * refs.length + second;
      counts[cell] = (counts[cell] as number) + findings;
    }
  }
}
