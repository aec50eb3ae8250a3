import { createHash } from 'node:crypto';

/**
 * What rows of one weakness say differently, united: only one of them is what a reader of the weakness sees. Remembers 24 characters for
 * each identity, and what was said only once for all that say the same.
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

  /** What all rows of this identity say, once all were added. */
  of(identity: readonly string[], said: Said): Said {
    return this.#united.size === 0 ? said : (this.#united.get(keyOf(identity)) ?? said);
  }
}

/** Of what is said, kept to be shared. */
const DIFFERENT_MAX = 4000;

const keyOf = (identity: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(identity), 'utf8').digest('base64').slice(0, 24);
