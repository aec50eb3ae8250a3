import {
  AccessDeniedError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import { EventStoreError } from '../errors.js';
import type { ExpectedRevision } from '../port.js';
import { wrongExpectedRevision } from '../wrong-expected-revision.js';

/**
 * What the client throws, in the port's words. Whatever is not a refusal is `unavailable`: the client (1.3.1, 2026-11)
 * reports a server that is down as `UnavailableError`, as a raw gRPC error with code 14, or as `UnknownError`,
 * depending on the call.
 */
export function eventStoreErrorOf(
  cause: unknown,
  stream: string | undefined,
  expected?: ExpectedRevision,
): EventStoreError {
  if (cause instanceof EventStoreError) return cause;
  if (cause instanceof WrongExpectedVersionError) {
    const actual = typeof cause.actualState === 'bigint' ? cause.actualState : 'no_stream';
    return wrongExpectedRevision(cause.streamName, expected ?? 'any', actual, { cause });
  }
  if (cause instanceof StreamDeletedError) {
    return new EventStoreError(
      'stream_deleted',
      `The stream ${stream} was deleted for good; use another one.`,
      { stream },
      { cause },
    );
  }
  if (cause instanceof MaxAppendSizeExceededError) {
    const facts = { stream, sizeBytesMax: cause.maxAppendSize };
    return new EventStoreError(
      'invalid_event',
      'The append is larger than this server takes (--max-append-size); split it.',
      facts,
      { cause },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  const advice =
    cause instanceof AccessDeniedError
      ? 'Check the credentials in the connection string'
      : 'Retry with the same event ids';
  return new EventStoreError(
    'unavailable',
    `The event store did not answer (${reason}). ${advice}.`,
    { stream },
    { cause },
  );
}
