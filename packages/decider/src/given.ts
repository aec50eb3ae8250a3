import { type Decider, foldOf, type Message } from './decider.js';
import { Refusal } from './refusal.js';

/** The assertions of a test; vitest's `expect` fits. Passed in, so that this package does not depend on a test runner. */
export interface Expectations {
  equal(actual: unknown, expected: unknown, because?: string): void;
}

/**
 * `given(decider, expectations)(...past).when(command).then(...new) | .thenNothing() | .thenRefused(code)`.
 * `then` also delivers the command a second time and expects no events: a decider that is not idempotent fails its test.
 */
export const given =
  <C extends Message, S, E extends Message>(decider: Decider<C, S, E>, { equal }: Expectations) =>
  (...past: E[]) => ({
    when(command: C) {
      const before = foldOf(decider, past);
      return {
        // biome-ignore lint/suspicious/noThenProperty: given-when-then is the name; nobody awaits this object
        then(...expected: E[]): void {
          const events = decider.decide(command, before);
          equal(events, expected);
          const after = events.reduce((state, event) => decider.evolve(state, event), before);
          equal(decider.decide(command, after), [], 'the same command, delivered twice');
        },
        thenNothing(): void {
          equal(decider.decide(command, before), []);
        },
        thenRefused(code: string): void {
          equal(
            refusalCodeOf(() => decider.decide(command, before)),
            code,
          );
        },
      };
    },
  });

function refusalCodeOf(decide: () => unknown): string | undefined {
  try {
    decide();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
