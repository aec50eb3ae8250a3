import { EventStoreError } from '@evidence/event-store/engine';
import { Metadata, type StatusObject, status } from '@grpc/grpc-js';

/**
 * An error in gRPC's form. KurrentDB's clients recognise its errors by the `exception` in the trailers, not by the code.
 */
export type CallError = Pick<StatusObject, 'code' | 'details' | 'metadata'>;

export const callError = (code: status, details: string, trailers: Record<string, string> = {}): CallError => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return { code, details, metadata };
};

/** The engine's error, as KurrentDB would report it. */
export function callErrorOf(error: unknown): CallError {
  if (!(error instanceof EventStoreError)) return callError(status.INTERNAL, `The store failed: ${error}`);
  const stream = { 'stream-name': encodeURIComponent(String(error.facts.stream)) };
  switch (error.code) {
    case 'stream_deleted':
      return callError(status.FAILED_PRECONDITION, error.message, { exception: 'stream-deleted', ...stream });
    case 'wrong_expected_revision':
      return callError(status.FAILED_PRECONDITION, error.message, {
        exception: 'wrong-expected-version',
        ...stream,
        'expected-version': revisionNumberOf(error.facts.expected),
        'actual-version': revisionNumberOf(error.facts.actual),
      });
    case 'invalid_event':
      return callError(status.INVALID_ARGUMENT, error.message);
    case 'unavailable':
      // With UNAVAILABLE, the client's reads drop the message (@kurrent/bridge 0.2.2, 2026-11), which matters here.
      return callError(error.facts.unusable ? status.FAILED_PRECONDITION : status.UNAVAILABLE, error.message);
    case 'denied':
      return callError(status.PERMISSION_DENIED, error.message, { exception: 'access-denied' });
  }
}

/** In trailers, the named cases are encoded as numbers of the older protocol. */
function revisionNumberOf(revision: unknown): string {
  if (revision === 'no_stream') return '-1';
  if (revision === 'any') return '-2';
  if (revision === 'stream_exists') return '-4';
  return String(revision);
}

export const unknownCallerError = (): CallError =>
  callError(status.UNAUTHENTICATED, 'The event store does not know this login.', { exception: 'access-denied' });

export const closingError = (): CallError => callError(status.UNAVAILABLE, 'The store is shutting down.');
