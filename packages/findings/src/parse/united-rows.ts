import { hash } from 'node:crypto';

/**
 * Unites what the rows of one weakness say differently, because a reader of the weakness sees only one row. Keeps 24 characters for each
 * identity, and equal values only once.
 */
export class UnitedRows<Said> {
  readonly #first = new Map<string, Said>();
  readonly #united = new Map<string, Said>();
  readonly #known = new Map<string, Said>();

  constructor(private readonly unite: (one: Said, other: Said) => Said) {}

  add(identity: readonly string[], said: Said): void {
    const key = keyOf(identity);
    const words = JSON.stringify(said);
    const same = this.#known.get(words) ?? said;
    if (this.#known.size < DIFFERENT_MAX) this.#known.set(words, same);
    const first = this.#united.get(key) ?? this.#first.get(key);
    if (first === undefined) this.#first.set(key, same);
    else if (first !== same && JSON.stringify(first) !== words) this.#united.set(key, this.unite(first, same));
  }

  /** What all rows of this identity say together. Call it after all rows were added. */
  of(identity: readonly string[], said: Said): Said {
    return this.#united.size === 0 ? said : (this.#united.get(keyOf(identity)) ?? said);
  }
}

/** How many different values are kept to be shared. */
const DIFFERENT_MAX = 4000;

const keyOf = (identity: readonly string[]): string => hash('sha256', JSON.stringify(identity), 'base64').slice(0, 24);
