import type { Overlap } from '@evidence/contracts';
import { byCodeUnits } from '@evidence/frameworks';
import type { Controls, RefGroup } from './controls.js';

/**
 * For every two requested frameworks, which of their refs stand on the same findings, and how often; `refA` is of the framework
 * requested first. Sorted by findings, most first, then by refs.
 *
 * Each two controls have a cell of a square; a group adds its findings to the cell of each two of its controls. So the cost follows the
 * number of different combinations of refs, which is small for a scanner's findings, and linearly the findings when all differ.
 */
export function overlapsOf(groups: readonly RefGroup[], controls: Controls): Overlap[] {
  const { refs } = controls;
  const width = refs.length;
  const findingCounts = new Uint32Array(width * width);
  const directCounts = new Uint32Array(width * width);
  for (const { controls: carried, findings } of groups) {
    countPairs(findingCounts, controls, carried.all, findings);
    countPairs(directCounts, controls, carried.direct, findings);
  }
  // In the order of the refs, so that grouping by findings does the rest: there are fewer counts to sort than overlaps.
  const ordered = [...refs.keys()].sort((a, b) => byCodeUnits(refs[a] as string, refs[b] as string));
  const byCount = new Map<number, Overlap[]>();
  for (const a of ordered) {
    for (const b of ordered) {
      const findingCount = findingCounts[a * width + b] as number;
      if (findingCount === 0) continue;
      const directCount = directCounts[a * width + b] as number;
      const overlap = { refA: refs[a] as string, refB: refs[b] as string, findingCount, directCount };
      const alike = byCount.get(findingCount);
      if (alike) alike.push(overlap);
      else byCount.set(findingCount, [overlap]);
    }
  }
  return [...byCount.keys()].sort((a, b) => b - a).flatMap((count) => byCount.get(count) ?? []);
}

/**
 * The cell of `a` and `b` is in the row of `a`, which is of the framework requested first. As numbers ascend by framework, the partners
 * of `a` are the rest of the list from the next framework on: one loop without a question, which the worst case runs millions of times.
 */
function countPairs(
  cells: Uint32Array,
  { refs, frameworks }: Controls,
  numbers: readonly number[],
  findings: number,
): void {
  let partners = 0;
  for (const a of numbers) {
    while (partners < numbers.length && frameworks[numbers[partners] as number] === frameworks[a]) partners += 1;
    const row = a * refs.length;
    for (let index = partners; index < numbers.length; index += 1) {
      const cell = row + (numbers[index] as number);
      cells[cell] = (cells[cell] as number) + findings;
    }
  }
}
