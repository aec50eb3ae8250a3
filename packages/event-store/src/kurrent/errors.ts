import {
  AccessDeniedError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@kurrent/kurrentdb-client';
import { EventStoreError } from '../errors.js';
import type { ExpectedRevision } from '../port.js';
import { wrongExpectedRevision } from '../wrong-expected-revision.js';

/** The message of `store-server` when its file is damaged or of a newer release. gRPC transmits only the text. */
const UNUSABLE = /The event log (?:is damaged: |.{1,500}? was written by a newer release: ).*[^.]\./s;

/** gRPC's code, in an error that the client passes on unchanged. */
const UNAUTHENTICATED = 16;

/** The bridge, through which reads go, has no classes of errors, but names them like the client's. */
const isOf = (error: unknown, type: new (...args: never) => Error): boolean =>
  error instanceof type || (error instanceof Error && error.name === type.name);

export const isStreamNotFound = (cause: unknown): boolean => isOf(cause, StreamNotFoundError);

/**
 * The client's error as an error of the port. Anything that is not a refusal is `unavailable`: the client (1.3.1, 2026-11) reports a server that is
 * down as `UnavailableError`, as a raw gRPC error with code 14, or as `UnknownError`, depending on the call.
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
  if (isOf(cause, StreamDeletedError)) {
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
      'The append is larger than this server accepts (--max-append-size): split it.',
      facts,
      { cause },
    );
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  const [unusable] = UNUSABLE.exec(reason) ?? [];
  if (unusable) return new EventStoreError('unavailable', unusable, { stream, unusable }, { cause });
  if (isOf(cause, AccessDeniedError) || (cause as { code?: unknown } | undefined)?.code === UNAUTHENTICATED) {
    const sentence = `The event store refused this login or this operation${reason && ` (${reason})`}: check EVENT_STORE_URL and EVENT_STORE_USER.`;
    return new EventStoreError('denied', sentence, { stream }, { cause });
  }
  return new EventStoreError(
    'unavailable',
    `The event store did not respond (${reason}). Retry with the same event ids.`,
    { stream },
    { cause },
  );
}
