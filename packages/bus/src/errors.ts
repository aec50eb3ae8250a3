export type BusErrorCode = 'nats_unreachable' | 'stream_misconfigured' | 'message_unreadable' | 'request_not_offered';

/**
 * - `nats_unreachable`: no server answered within the deadline; start one or mend `NATS_URL`.
 * - `stream_misconfigured`: the server did not take the stream as it must be; mend the server or the stream.
 * - `message_unreadable`: the message is no event of ours; redelivery cannot help.
 * - `request_not_offered`: JetStream carries events, nobody answers; emit an event.
 */
export class BusError extends Error {
  override readonly name = 'BusError';
  constructor(
    readonly code: BusErrorCode,
    message: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
