import { CodedError } from '@evidence/decider';

export type EventStoreErrorCode =
  | 'wrong_expected_revision'
  | 'unavailable'
  | 'invalid_event'
  | 'stream_deleted'
  | 'denied';

/**
 * - `wrong_expected_revision`: another writer was first; read again and decide again.
 * - `unavailable`: the store did not respond; retry with the same event ids, nothing will be stored twice.
 * - `invalid_event`: the event can never be appended (size, count, JSON); fix the caller.
 * - `stream_deleted`: the stream was tombstoned; it accepts no more events.
 * - `denied`: the store does not know the login, or does not allow it to do this; fix the credentials, or the caller.
 */
export class EventStoreError extends CodedError<EventStoreErrorCode> {
  override readonly name = 'EventStoreError';
  override readonly retryable = this.code === 'unavailable' || this.code === 'wrong_expected_revision';
}

/** Whether another writer was first. If so, read again and decide again. */
export const isLostRace = (error: unknown): error is EventStoreError =>
  error instanceof EventStoreError && error.code === 'wrong_expected_revision';
