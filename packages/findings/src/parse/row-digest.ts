import { sha256Of } from '@evidence/contracts';

const MODULUS = 1n << 256n;

/** A digest of a file's rows, independent of their order and layout: two exports of one run have the same digest. */
export class RowDigest {
  #sum = 0n;
  #rows = 0;

  /** `value`: parsed JSON. The order of its members does not count. */
  add(value: unknown): void {
    const digest = sha256Of(JSON.stringify(value, inOrder) ?? 'null');
    this.#sum = (this.#sum + BigInt(`0x${digest}`)) % MODULUS;
    this.#rows++;
  }

  /** SHA-256 in hex; undefined without rows, because two empty files need not be of one run. `format` makes digests of different formats differ. */
  of(format: string): string | undefined {
    if (this.#rows === 0) return undefined;
    return sha256Of(JSON.stringify([format, this.#rows, this.#sum.toString(16)]));
  }
}

function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
