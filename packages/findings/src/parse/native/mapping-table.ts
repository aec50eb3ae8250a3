import { isObject } from '../json/values.js';

/** The contract's limit for `finding_mappings`. */
const ENTRIES_MAX = 100_000;

/** A ref and its basis. */
export interface StatedMapping {
  readonly ref: string;
  readonly basis: string;
}

/** The mappings of all findings of one of our reports: `finding_mappings`. */
export class MappingTable {
  /** Undefined for an entry that does not have the contract's form. */
  readonly #entries: (StatedMapping | undefined)[] = [];

  add(entry: unknown): void {
    if (this.#entries.length < ENTRIES_MAX) this.#entries.push(stated(entry));
  }

  /**
   * The mappings of a row, which states them itself or by their index in this table. An index that the table does not have, as when the table
   * comes after the findings, is ignored.
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
