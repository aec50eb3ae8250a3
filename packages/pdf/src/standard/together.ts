import type { ReportRefMapping } from '@evidence/contracts';
import type { Titles } from './titles.js';

/** How many findings two frameworks share. */
export interface Shared {
  /** A scanner’s tags name controls of both. */
  readonly tagged: number;
  /** A tag names a control of one of them, and only the crosswalk leads to the other. */
  readonly indicated: number;
}

const TAGGED = 2;
const INDICATED = 1;

/** How many findings each two of the requested frameworks share, counted while the findings are written. */
export class Together {
  readonly #counts: { tagged: number; indicated: number }[][];

  constructor(
    private readonly titles: Titles,
    private readonly frameworks: number,
  ) {
    const row = () => Array.from({ length: frameworks }, () => ({ tagged: 0, indicated: 0 }));
    this.#counts = Array.from({ length: frameworks }, row);
  }

  /** The mappings of one finding. */
  add(mappings: readonly Pick<ReportRefMapping, 'ref' | 'basis'>[]): void {
    const found = new Map<number, number>();
    for (const { ref, basis } of mappings) {
      const place = this.titles.placeOf(ref);
      if (place === this.frameworks) continue;
      found.set(place, Math.max(found.get(place) ?? 0, basis === 'direct' ? TAGGED : INDICATED));
    }
    for (const [a, endA] of found) {
      for (const [b, endB] of found) {
        const count = this.#counts[a]![b]!;
        if (endA + endB === 2 * TAGGED) count.tagged += 1;
        else if (endA !== endB || a === b) count.indicated += 1;
      }
    }
  }

  /** `a` and `b` are indexes of frameworks in the report. With the same index twice: the findings of that framework. */
  count(a: number, b: number): Shared {
    return this.#counts[a]?.[b] ?? { tagged: 0, indicated: 0 };
  }
}
