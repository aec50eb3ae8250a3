/** By the position of its request. */
interface Placed {
  readonly position: bigint;
}

/** How many there are. */
export const RECENT = 20;

/**
 * The reports that were requested last, newest first, of those that `belongs` accepts. They are read once, and then follow what is written, because
 * each new report needs them, and each finished one changes them.
 */
export class RecentReports<Row extends Placed> {
  #known: readonly Row[] | undefined;

  constructor(
    private readonly belongs: (row: Row) => boolean,
    private readonly read: () => readonly Row[],
  ) {}

  all(): readonly Row[] {
    this.#known ??= this.read();
    return this.#known;
  }

  /** Takes a row that was just written. */
  take(row: Row): void {
    if (!this.#known) return;
    const others = this.#known.filter(({ position }) => position !== row.position);
    if (this.belongs(row)) this.#known = [...others, row].sort(newestFirst).slice(0, RECENT);
    // An older one takes its place.
    else if (others.length < this.#known.length) this.forget();
  }

  forget(): void {
    this.#known = undefined;
  }
}

const newestFirst = (one: Placed, other: Placed): number => (one.position < other.position ? 1 : -1);
