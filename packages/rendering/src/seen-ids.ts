const FIRST_CAPACITY = 1_024;
/** Any two different numbers. */
const SEEDS = [0x811c9dc5, 0x9e3779b9] as const;
/** The prime of 32-bit FNV. */
const PRIME = 0x01000193;

/**
 * Ids that were seen, as 64 bits of hash each, to tell whether one came twice. Among a million different ids, two have the same hash once in
 * forty million reports.
 */
export class SeenIds {
  #hashes = new BigUint64Array(FIRST_CAPACITY);
  #halves = new Uint32Array(this.#hashes.buffer);
  #count = 0;

  add(id: string): void {
    if (this.#count === this.#hashes.length) this.#grow();
    let [high, low]: [number, number] = [...SEEDS];
    for (let at = 0; at < id.length; at++) {
      const code = id.charCodeAt(at);
      high = Math.imul(high ^ code, PRIME);
      low = Math.imul(low ^ code, PRIME);
      low ^= low >>> 15;
    }
    this.#halves[2 * this.#count] = high;
    this.#halves[2 * this.#count + 1] = low;
    this.#count += 1;
  }

  /** How many were added that had been added before. Takes n log n, so it is for the end. */
  repeated(): number {
    const sorted = this.#hashes.slice(0, this.#count).sort();
    let repeated = 0;
    for (let n = 1; n < sorted.length; n++) if (sorted[n] === sorted[n - 1]) repeated += 1;
    return repeated;
  }

  #grow(): void {
    const larger = new BigUint64Array(2 * this.#hashes.length);
    larger.set(this.#hashes);
    this.#hashes = larger;
    this.#halves = new Uint32Array(larger.buffer);
  }
}
