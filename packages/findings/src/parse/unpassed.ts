import { createHash } from 'node:crypto';
import { PASSED_MAX } from '../limits.js';
import type { PassedTests } from '../parsed-scan.js';

/**
 * Tests with at least one row that did not pass. A row without a verdict may have failed, so other rows of the test that passed do not show
 * that the weakness is gone.
 */
export class Unpassed {
  /** Digests, because identities may be long. */
  readonly #digests = new Set<string>();

  add(identity: readonly unknown[]): void {
    if (this.#digests.size < PASSED_MAX) this.#digests.add(digestOf(identity));
  }

  /** False also once there are too many to remember. */
  allPassed(identity: readonly unknown[]): boolean {
    return this.#digests.size < PASSED_MAX && !this.#digests.has(digestOf(identity));
  }

  /** The tests in `passed` all of whose rows passed. */
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
