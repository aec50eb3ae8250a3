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
  const { refs, frameworks, frameworkCount } = controls;
  const width = refs.length;
  const findingCounts = new Uint32Array(width * width);
  const directCounts = new Uint32Array(width * width);
  const byFramework: number[][] = Array.from({ length: frameworkCount }, () => []);
  const sort = (numbers: readonly number[], from: number, to: number): void => {
    for (let index = from; index < to; index++) {
      const number = numbers[index] as number;
      byFramework[frameworks[number] as number]?.push(number);
    }
  };
  for (const { controls, findings } of groups) {
    const { numbers, direct } = controls;
    for (const sorted of byFramework) sorted.length = 0;
    sort(numbers, 0, direct);
    countPairs(directCounts, width, byFramework, findings);
    sort(numbers, direct, numbers.length);
    countPairs(findingCounts, width, byFramework, findings);
  }
  // In the order of the refs, so that a stable sort by findings alone does the rest.
  const ordered = [...refs.keys()].sort((a, b) => byCodeUnits(refs[a] as string, refs[b] as string));
  const overlaps: Overlap[] = [];
  for (const a of ordered) {
    for (const b of ordered) {
      const findingCount = findingCounts[a * width + b] as number;
      if (findingCount === 0) continue;
      overlaps.push({
        refA: refs[a] as string,
        refB: refs[b] as string,
        findingCount,
        directCount: directCounts[a * width + b] as number,
      });
    }
  }
  return overlaps.sort((a, b) => b.findingCount - a.findingCount);
}

/** The cell of `a` and `b` is in the row of `a`, which is of the framework requested first. */
function countPairs(cells: Uint32Array, width: number, byFramework: readonly number[][], findings: number): void {
  for (let first = 0; first < byFramework.length; first++) {
    for (const a of byFramework[first] as number[]) {
      const row = a * width;
      for (let second = first + 1; second < byFramework.length; second++) {
        for (const b of byFramework[second] as number[]) cells[row + b] = (cells[row + b] as number) + findings;
      }
    }
  }
}
