/** Longer names are not compared. */
const NAME_CHARS_MAX = 64;

/**
 * The one of `names` that `written` probably means: equal except for capitals, hyphens and underscores, or otherwise at most a third of its letters
 * away. Undefined if none is that near, or if two are equally near.
 */
export function nearestName(written: string, names: Iterable<string>): string | undefined {
  const plain = plainOf(written);
  if (written.length > NAME_CHARS_MAX || plain === '') return undefined;
  const near = [...names]
    .map((name) => ({ name, steps: editDistance(plain, plainOf(name)) }))
    .filter(({ name, steps }) => name.length <= NAME_CHARS_MAX && steps <= Math.max(1, Math.floor(name.length / 3)))
    .sort((one, other) => one.steps - other.steps);
  const [first, second] = near;
  return first && first.steps !== second?.steps ? first.name : undefined;
}

const plainOf = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');

/** How many letters must be added, removed, changed or swapped with their neighbour to turn one into the other (optimal string alignment). */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row++) {
    const now = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      now[column] = Math.min(
        now[column - 1]! + 1,
        last[column]! + 1,
        last[column - 1]! + (isSame ? 0 : 1),
        isSwapped ? beforeLast[column - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, now];
  }
  return last[other.length]!;
}
