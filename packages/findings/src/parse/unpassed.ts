import { createHash } from 'node:crypto';
import { PASSED_MAX } from '../limits.js';
import type { PassedTests } from '../parsed-scan.js';

/**
 * Tests of which at least one row did not pass. A row without a verdict may be the one in which the weakness was still there, so rows of the
 * same test that passed do not show it to be gone.
 */
export class Unpassed {
  /** Identities may be long. */
  readonly #digests = new Set<string>();

  add(identity: readonly unknown[]): void {
    if (this.#digests.size < PASSED_MAX) this.#digests.add(digestOf(identity));
  }

  /** False also once there are too many to remember. */
  allPassed(identity: readonly unknown[]): boolean {
    return this.#digests.size < PASSED_MAX && !this.#digests.has(digestOf(identity));
  }

  /** Of tests with a row that passed, those without any other. */
  among(passed: PassedTests): PassedTests {
    const allPassed = (identity: readonly string[]) => this.allPassed(identity);
    return {
      async *[Symbol.asyncIterator]() {
        for await (const test of passed) if (allPassed(test.identity)) yield test;
      },
      [Symbol.asyncDispose]: () => passed[Symbol.asyncDispose](),
    };
  }
}

const digestOf = (identity: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(identity), 'utf8').digest('base64');
