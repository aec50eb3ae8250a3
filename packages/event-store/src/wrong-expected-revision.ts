import { EventStoreError } from './errors.js';
import type { ExpectedRevision } from './port.js';

/** The one wording of a lost race, of the engine and of the adapter: what was expected, and what the stream is at. */
export function wrongExpectedRevision(
  stream: string,
  expected: ExpectedRevision,
  actual: bigint | 'no_stream',
  options?: ErrorOptions,
): EventStoreError {
  const message = `The stream ${stream} is at ${actual}, not at ${expected}: read it again and decide again.`;
  return new EventStoreError('wrong_expected_revision', message, { stream, expected, actual }, options);
}
