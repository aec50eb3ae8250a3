import { EventStoreError } from './errors.js';
import type { ExpectedRevision } from './port.js';

/** The message for a lost race, shared by the engine and the adapter: the expected and the actual revision of the stream. */
export function wrongExpectedRevision(
  stream: string,
  expected: ExpectedRevision,
  actual: bigint | 'no_stream',
  options?: ErrorOptions,
): EventStoreError {
  const message = `The stream ${stream} is at ${actual}, not at ${expected}: read it again and decide again.`;
  return new EventStoreError('wrong_expected_revision', message, { stream, expected, actual }, options);
}
