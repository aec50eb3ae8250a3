import type { EncodedEvent, ExpectedRevision, Position, StoredEvent } from '@evidence/event-store/engine';
import { bytesOf, ReadResp, type Shared, type Streams, shared } from './protocol.js';

/** One tick of `created` is 100 ns, as in .NET. */
const TICKS_PER_MS = 10_000;
const JSON_TYPE = 'application/json';
const BYTES_TYPE = 'application/octet-stream';

export function eventResponse(event: StoredEvent): Streams.ReadResp {
  const position = event.position.toString();
  const recorded = new ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(uuidOf(event.id));
  recorded.setStreamIdentifier(identifierOf(event.stream));
  recorded.setStreamRevision(event.revision.toString());
  recorded.setCommitPosition(position);
  recorded.setPreparePosition(position);
  const metadata = recorded.getMetadataMap();
  metadata.set('type', event.type);
  metadata.set('content-type', event.isJson ? JSON_TYPE : BYTES_TYPE);
  metadata.set('created', (BigInt(event.recordedAtMs) * BigInt(TICKS_PER_MS)).toString());
  recorded.setCustomMetadata(event.metadata);
  recorded.setData(event.data);
  const read = new ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(position);
  return new ReadResp().setEvent(read);
}

const encoded = new WeakMap<StoredEvent, Buffer>();

/** As `eventResponse`, encoded: once for all subscribers that get the same event from the log's memory. */
export function encodedEventResponse(event: StoredEvent): Buffer {
  const bytes = encoded.get(event) ?? bytesOf(eventResponse(event));
  encoded.set(event, bytes);
  return bytes;
}

/** The stored form of a proposed event; `Append` and `BatchAppend` propose with the same members. */
export function encodedEvent(
  message: Streams.AppendReq.ProposedMessage | Streams.BatchAppendReq.ProposedMessage,
): EncodedEvent {
  const metadata = message.getMetadataMap();
  return {
    id: uuidTextOf(message.getId()),
    type: metadata.get('type') ?? '',
    isJson: metadata.get('content-type') === JSON_TYPE,
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export const streamNameOf = (identifier: Shared.StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

export function identifierOf(stream: string): Shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));
}

interface ExpectedRevisionOptions {
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
}

/** `revision` is called only when no other case is set: the messages name that member differently. */
export function expectedRevisionOf(options: ExpectedRevisionOptions, revision: () => string): ExpectedRevision {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasStreamExists()) return 'stream_exists';
  return BigInt(revision());
}

/**
 * Fills in any of the protocol's position messages. Commit and prepare are equal, because there are no client-side
 * transactions.
 */
export function withPosition<
  M extends { setCommitPosition(value: string): unknown; setPreparePosition(value: string): unknown },
>(message: M, position: Position): M {
  message.setCommitPosition(position.toString());
  message.setPreparePosition(position.toString());
  return message;
}

const uuidOf = (text: string): Shared.UUID => new shared.UUID().setString(text);

/** Clients send a UUID as text, or as two signed 64-bit halves. */
export function uuidTextOf(uuid: Shared.UUID | undefined): string {
  const halves = uuid?.getStructured();
  if (!halves) return uuid?.getString().toLowerCase() ?? '';
  const hex = [halves.getMostSignificantBits(), halves.getLeastSignificantBits()]
    .map((half) => BigInt.asUintN(64, BigInt(half)).toString(16).padStart(16, '0'))
    .join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
