import { type Appended, EventStoreError, type ExpectedRevision } from '@evidence/event-store/engine';
import { status } from '@grpc/grpc-js';
import { identifierOf, withPosition } from './messages.js';
import { Any, AppendResp, BatchAppendResp, Empty, RpcStatus, type Streams, shared } from './protocol.js';

export function successResponse({ revision, position }: Appended): Streams.AppendResp {
  const success = new AppendResp.Success().setCurrentRevision(revision.toString());
  return new AppendResp().setSuccess(success.setPosition(withPosition(new AppendResp.Position(), position)));
}

export function wrongExpectedVersionResponse(error: EventStoreError): Streams.AppendResp {
  const { expected, actual } = revisionsOf(error);
  const empty = new shared.Empty();
  const wrong = new AppendResp.WrongExpectedVersion();
  if (actual === 'no_stream') wrong.setCurrentNoStream(empty);
  else wrong.setCurrentRevision(actual.toString());
  if (expected === 'any') wrong.setExpectedAny(empty);
  else if (expected === 'no_stream') wrong.setExpectedNoStream(empty);
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(empty);
  else wrong.setExpectedRevision(expected.toString());
  return new AppendResp().setWrongExpectedVersion(wrong);
}

export function batchSuccessResponse({ revision, position }: Appended): Streams.BatchAppendResp {
  const success = new BatchAppendResp.Success().setCurrentRevision(revision.toString());
  return new BatchAppendResp().setSuccess(success.setPosition(withPosition(new shared.AllStreamPosition(), position)));
}

/** In a batch, an error is a `google.rpc.Status` whose detail type tells the client which error it is. */
export function batchErrorResponse(error: unknown): Streams.BatchAppendResp {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof EventStoreError ? error.code : 'failed';
  const stream = error instanceof EventStoreError && typeof error.facts.stream === 'string' ? error.facts.stream : '';
  const refusal = (rpcCode: status, typeName: string, detail: { serializeBinary(): Uint8Array }) => {
    const details = new Any();
    details.pack(detail.serializeBinary(), `event_store.client.${typeName}`);
    const rpcStatus = new RpcStatus()
      .setCode(rpcCode as number)
      .setMessage(message)
      .setDetails(details);
    return new BatchAppendResp().setError(rpcStatus).setStreamIdentifier(identifierOf(stream));
  };
  switch (code) {
    case 'wrong_expected_revision':
      return refusal(
        status.FAILED_PRECONDITION,
        'WrongExpectedVersion',
        wrongExpectedVersion(error as EventStoreError),
      );
    case 'stream_deleted':
      return refusal(
        status.FAILED_PRECONDITION,
        'StreamDeleted',
        new shared.StreamDeleted().setStreamIdentifier(identifierOf(stream)),
      );
    case 'invalid_event':
      return refusal(status.INVALID_ARGUMENT, 'BadRequest', new shared.BadRequest().setMessage(message));
    case 'denied':
      return refusal(status.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied());
    case 'unavailable':
      // The client passes the message on only for a type that it does not know (1.3.1, 2026-11).
      return (error as EventStoreError).facts.unusable
        ? refusal(status.FAILED_PRECONDITION, 'Unusable', new shared.Unknown())
        : refusal(status.UNAVAILABLE, 'Timeout', new shared.Timeout());
    case 'failed':
      return refusal(status.INTERNAL, 'Unknown', new shared.Unknown());
  }
}

function wrongExpectedVersion(error: EventStoreError) {
  const { expected, actual } = revisionsOf(error);
  const empty = new Empty();
  const wrong = new shared.WrongExpectedVersion();
  if (actual === 'no_stream') wrong.setCurrentNoStream(empty);
  else wrong.setCurrentStreamRevision(actual.toString());
  if (expected === 'any') wrong.setExpectedAny(empty);
  else if (expected === 'no_stream') wrong.setExpectedNoStream(empty);
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(empty);
  else wrong.setExpectedStreamPosition(expected.toString());
  return wrong;
}

const revisionsOf = (error: EventStoreError) =>
  error.facts as { expected: ExpectedRevision; actual: bigint | 'no_stream' };
