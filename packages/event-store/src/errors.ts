export type EventStoreErrorCode = 'wrong_expected_revision' | 'unavailable' | 'invalid_event' | 'stream_deleted';

/**
 * - `wrong_expected_revision`: somebody else wrote first; read again and decide again.
 * - `unavailable`: the store did not answer; retry with the same event ids, nothing will be doubled.
 * - `invalid_event`: the event can never be appended (size, count, JSON); mend the caller.
 * - `stream_deleted`: the stream was tombstoned; it takes no events any more.
 */
export class EventStoreError extends Error {
  override readonly name = 'EventStoreError';
  constructor(
    readonly code: EventStoreErrorCode,
    message: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
