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
export function overlapsOf(groups: readonly RefGroup[], { refs, frameworks }: Controls): Overlap[] {
  const width = refs.length;
  const findingCounts = new Uint32Array(width * width);
  const directCounts = new Uint32Array(width * width);
  for (const { numbers, direct, findings } of groups) {
    for (let second = 1; second < numbers.length; second++) {
      const b = numbers[second] as number;
      for (let first = 0; first < second; first++) {
        const a = numbers[first] as number;
        if (frameworks[a] === frameworks[b]) continue;
        const cell = a < b ? a * width + b : b * width + a;
        findingCounts[cell] = (findingCounts[cell] as number) + findings;
        if (second < direct) directCounts[cell] = (directCounts[cell] as number) + findings;
      }
    }
  }
  const overlaps: Overlap[] = [];
  for (const [a, refA] of refs.entries()) {
    for (let b = a + 1; b < width; b++) {
      const findingCount = findingCounts[a * width + b] as number;
      if (findingCount === 0) continue;
      overlaps.push({
        refA,
        refB: refs[b] as string,
        findingCount,
        directCount: directCounts[a * width + b] as number,
      });
    }
  }
  return overlaps.sort(
    (a, b) => b.findingCount - a.findingCount || byCodeUnits(a.refA, b.refA) || byCodeUnits(a.refB, b.refB),
  );
}
