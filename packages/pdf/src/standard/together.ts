import type { ReportFinding } from '@evidence/contracts';
import type { Titles } from './titles.js';

/** Findings on which two frameworks meet. */
export interface Shared {
  /** A scanner’s tags name a control of both. */
  readonly tagged: number;
  /** A tag names a control of one of them, and only the crosswalk leads to the other. */
  readonly indicated: number;
}

const TAGGED = 2;
const INDICATED = 1;

/** On how many findings two of the requested frameworks meet, counted as the findings go by. */
export class Together {
  readonly #counts: { tagged: number; indicated: number }[][];

  constructor(
    private readonly titles: Titles,
    private readonly frameworks: number,
  ) {
    const row = () => Array.from({ length: frameworks }, () => ({ tagged: 0, indicated: 0 }));
    this.#counts = Array.from({ length: frameworks }, row);
  }

  add({ mappings }: Pick<ReportFinding, 'mappings'>): void {
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

  /** By the places of the frameworks in the report; with one place twice, the findings of that one. */
  count(a: number, b: number): Shared {
    return this.#counts[a]?.[b] ?? { tagged: 0, indicated: 0 };
  }
}
