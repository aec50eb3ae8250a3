import { CodedError } from '@evidence/decider';

export type BusErrorCode =
  | 'nats_unreachable'
  | 'nats_refused'
  | 'stream_misconfigured'
  | 'not_provisioned'
  | 'message_unreadable'
  | 'event_not_there_yet'
  | 'message_unproven'
  | 'unanswered';

/**
 * - `nats_unreachable`: no server responded within the deadline; start one or fix `NATS_URL`.
 * - `nats_refused`: the server refused the login or is not trusted, or a file needed for the login cannot be read.
 * - `stream_misconfigured`: the server did not accept the required stream configuration; fix the server or the stream.
 * - `not_provisioned`: the stream or a bucket is missing or different, and this user may not create it; run `evidence provision`.
 * - `message_unreadable`: the message is not an event of ours; redelivery cannot help.
 * - `event_not_there_yet`: the event store has no such event, but may only be lagging; look again.
 * - `message_unproven`: the event store still has no such event; the message is forged, or from another store.
 * - `unanswered`: the message was delivered again and again, but every process died while handling it.
 */
export class BusError extends CodedError<BusErrorCode> {
  override readonly name = 'BusError';
  override readonly retryable = ['nats_unreachable', 'not_provisioned', 'event_not_there_yet'].includes(this.code);
}
