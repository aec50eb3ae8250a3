import { type EventLog, EventStoreError, isLostRace, type Position } from '@evidence/event-store/engine';
import {
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import {
  batchErrorResponse,
  batchSuccessResponse,
  successResponse,
  wrongExpectedVersionResponse,
} from './append-responses.js';
import type { Visitor } from './doors.js';
import { callError, callErrorOf, closingError } from './errors.js';
import { encodedEvent, expectedRevisionOf, streamNameOf, uuidTextOf, withPosition } from './messages.js';
import { Proposal } from './proposal.js';
import { DeleteResp, type Streams, TombstoneResp } from './protocol.js';

/** One stream of batches carries appends of many callers; at most this many may be unfinished at once. */
const OPEN_PROPOSALS_MAX = 1_000;

export type AppendCall = ServerReadableStream<Streams.AppendReq, Streams.AppendResp>;
export type BatchAppendCall = ServerDuplexStream<Streams.BatchAppendReq, Streams.BatchAppendResp>;

export type DeleteCall = ServerUnaryCall<Streams.DeleteReq, Streams.DeleteResp>;
export type TombstoneCall = ServerUnaryCall<Streams.TombstoneReq, Streams.TombstoneResp>;

/** What a write needs: the log, and the caller. `visitor` undefined: the server is open to everyone. */
interface WriteContext {
  readonly log: EventLog;
  readonly visitor: Visitor | undefined;
}

/** Streams/Append: the options, then the events one by one, then one response. */
export function append(
  { log, visitor }: WriteContext,
  call: AppendCall,
  answer: sendUnaryData<Streams.AppendResp>,
): void {
  let proposal: Proposal | undefined;
  call.on('data', (request: Streams.AppendReq) => {
    const options = request.getOptions();
    const message = request.getProposedMessage();
    if (options) {
      const expected = expectedRevisionOf(options, () => options.getRevision());
      proposal = new Proposal(streamNameOf(options.getStreamIdentifier()), expected, visitor);
    } else if (message) proposal?.add(encodedEvent(message));
  });
  call.on('end', () => {
    if (!proposal) {
      answer(callError(status.INVALID_ARGUMENT, 'An append must begin with its options.'));
      return;
    }
    proposal.appendTo(log).then(
      (appended) => answer(null, successResponse(appended)),
      (error) => (isLostRace(error) ? answer(null, wrongExpectedVersionResponse(error)) : answer(callErrorOf(error))),
    );
  });
}

/**
 * Streams/BatchAppend: one long call for all appends of a client. Correlation ids distinguish them, and each consists of one or more requests up to
 * the final one. The deadline that a client sends is not enforced, because an append takes milliseconds here.
 */
export function batchAppend({ log, visitor }: WriteContext, closing: AbortSignal, call: BatchAppendCall): void {
  const open = new Map<string, Proposal>();
  const appending = new Set<Promise<void>>();
  const answer = async (proposal: Proposal, request: Streams.BatchAppendReq): Promise<void> => {
    const response = await proposal.appendTo(log).then(batchSuccessResponse, batchErrorResponse);
    if (!call.cancelled) call.write(response.setCorrelationId(request.getCorrelationId()));
  };
  call.on('data', (request: Streams.BatchAppendReq) => {
    const id = uuidTextOf(request.getCorrelationId());
    const proposal = open.get(id) ?? proposalOf(request, visitor);
    if (!proposal || open.size >= OPEN_PROPOSALS_MAX) {
      call.emit(
        'error',
        callError(
          status.INVALID_ARGUMENT,
          `A batch must begin with options; at most ${OPEN_PROPOSALS_MAX} may be unfinished.`,
        ),
      );
      return;
    }
    for (const message of request.getProposedMessagesList()) proposal.add(encodedEvent(message));
    if (!request.getIsFinal()) return void open.set(id, proposal);
    open.delete(id);
    const answering = answer(proposal, request).finally(() => appending.delete(answering));
    appending.add(answering);
  });
  call.on('end', () => void Promise.all(appending).then(() => call.end()));
  const close = () => void Promise.all(appending).then(() => call.emit('error', closingError()));
  closing.addEventListener('abort', close);
  call.on('close', () => closing.removeEventListener('abort', close));
  call.on('cancelled', () => closing.removeEventListener('abort', close));
}

function proposalOf(request: Streams.BatchAppendReq, visitor: Visitor | undefined): Proposal | undefined {
  const options = request.getOptions();
  if (!options) return undefined;
  return new Proposal(
    streamNameOf(options.getStreamIdentifier()),
    expectedRevisionOf(options, () => options.getStreamPosition()),
    visitor,
  );
}

export function softDelete(context: WriteContext, call: DeleteCall, answer: sendUnaryData<Streams.DeleteResp>): void {
  hide(context, 'delete', call.request.getOptions(), answer, (position) =>
    new DeleteResp().setPosition(withPosition(new DeleteResp.Position(), position)),
  );
}

export function tombstone(
  context: WriteContext,
  call: TombstoneCall,
  answer: sendUnaryData<Streams.TombstoneResp>,
): void {
  hide(context, 'tombstone', call.request.getOptions(), answer, (position) =>
    new TombstoneResp().setPosition(withPosition(new TombstoneResp.Position(), position)),
  );
}

/**
 * KurrentDB records a deletion as an event and returns its position; here the log does not grow, so the position is the end of the log.
 */
function hide<R>(
  { log, visitor }: WriteContext,
  kind: 'delete' | 'tombstone',
  options: Streams.DeleteReq.Options | Streams.TombstoneReq.Options | undefined,
  answer: sendUnaryData<R>,
  responseOf: (position: Position) => R,
): void {
  try {
    visitor?.assertDeletes();
    if (!options) throw new EventStoreError('invalid_event', 'A deletion must name its stream in the options.');
    log.delete(
      streamNameOf(options.getStreamIdentifier()),
      expectedRevisionOf(options, () => options.getRevision()),
      kind,
    );
    answer(null, responseOf(log.head));
  } catch (error) {
    answer(callErrorOf(error));
  }
}
