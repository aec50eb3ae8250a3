import { ArtifactError } from '@evidence/artifacts';
import { EventStoreError } from '@evidence/event-store';
import { Problem, unavailable } from '../../core/problem.js';

/**
 * What a client is told about `error`. A part that is away is `unavailable`, worth a retry. Anything that nobody foresaw is
 * `internal_error` and tells nothing of itself: it belongs in the log.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof EventStoreError && (error.code === 'unavailable' || error.code === 'wrong_expected_revision')) {
    return unavailable('The event store cannot take this now. Nothing was recorded; try again.');
  }
  if (error instanceof ArtifactError && error.code === 'unavailable') {
    return unavailable('The artifact store does not answer now; try again.');
  }
  return new Problem(
    'internal_error',
    'This should not have happened. It is in the log of the service; nothing you sent is to blame.',
  );
}
