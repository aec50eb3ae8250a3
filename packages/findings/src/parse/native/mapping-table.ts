import { isObject } from '../json/values.js';

/** The contract's limit of `finding_mappings`. */
const ENTRIES_MAX = 100_000;

/** A ref, and what it rests on. */
export interface StatedMapping {
  readonly ref: string;
  readonly basis: string;
}

/** What a report of ours says of the refs of its findings, once for all of them: `finding_mappings`. */
export class MappingTable {
  /** Undefined where an entry is of another form than the contract's. */
  readonly #entries: (StatedMapping | undefined)[] = [];

  add(entry: unknown): void {
    if (this.#entries.length < ENTRIES_MAX) this.#entries.push(stated(entry));
  }

  /**
   * The mappings of a row, which states them itself or by their places here. A place that this table does not have, as when it stands
   * after the findings, tells nothing.
   */
  mappingsOf(mappings: unknown): StatedMapping[] {
    const listed: unknown[] = Array.isArray(mappings) ? mappings : [];
    return listed.flatMap((each) => (typeof each === 'number' ? this.#entries[each] : stated(each)) ?? []);
  }
}

function stated(entry: unknown): StatedMapping | undefined {
  if (!isObject(entry)) return undefined;
  const { ref, basis } = entry;
  return typeof ref === 'string' && typeof basis === 'string' ? { ref, basis } : undefined;
}
