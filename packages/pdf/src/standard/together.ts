import type { ReportFinding, ReportFrameworkCoverage } from '@evidence/contracts';

/** How many findings carry controls of two frameworks at once, counted as the findings go by. */
export class Together {
  /** By ref: the place of its framework among those that were requested. */
  readonly #frameworks = new Map<string, number>();
  readonly #counts: number[][];

  constructor(coverage: readonly ReportFrameworkCoverage[]) {
    coverage.forEach(({ controls }, i) => {
      for (const { ref } of controls) this.#frameworks.set(ref, i);
    });
    this.#counts = coverage.map(() => coverage.map(() => 0));
  }

  add({ mappings }: Pick<ReportFinding, 'mappings'>): void {
    const found = new Set<number>();
    for (const { ref } of mappings) {
      const framework = this.#frameworks.get(ref);
      if (framework !== undefined) found.add(framework);
    }
    for (const a of found) for (const b of found) this.#counts[a]![b]! += 1;
  }

  /** Findings with controls of both, by the places of the frameworks in the report; with one place twice, of that one. */
  count(a: number, b: number): number {
    return this.#counts[a]?.[b] ?? 0;
  }
}
