import type { OutsideFindings } from '@evidence/contracts';
import type { KnownFinding } from './recorded-evidence.js';

/** Counts findings that a scope leaves out. Scanners repeat a few refs over all their findings, so there are few groups. */
export class OutsideCounts {
  readonly #groups = new Map<string, OutsideFindings>();

  add({ recorded: { severity, refs }, status }: KnownFinding): void {
    const key = `${severity} ${status} ${JSON.stringify(refs)}`;
    const group = this.#groups.get(key);
    if (group) group.findings += 1;
    else this.#groups.set(key, { severity, status, refs, findings: 1 });
  }

  /** Sorted by severity, status and refs, independent of the order in which they were added. */
  groups(): OutsideFindings[] {
    return [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  }
}
