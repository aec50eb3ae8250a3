import { ArtifactError } from '@evidence/artifacts';
import { EventStoreError } from '@evidence/event-store';
import { HistoryUnreadableError } from '@evidence/event-store/log';
import { historyUnreadable, Problem, unavailable } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';

/**
 * The problem that a client gets for `error`. An unavailable part is `unavailable`, which is worth a retry. Anything unforeseen is
 * `internal_error`, without details: those belong in the log.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof EventStoreError && (error.code === 'unavailable' || error.code === 'wrong_expected_revision')) {
    return unavailable(sentences.eventStoreUnavailable);
  }
  if (error instanceof ArtifactError && error.code === 'unavailable') {
    return unavailable(sentences.artifactStoreUnavailable);
  }
  if (error instanceof HistoryUnreadableError) return historyUnreadable(error.event.position);
  return new Problem('internal_error', sentences.internal);
}
