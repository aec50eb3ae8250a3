import type { ReportCloudEvent } from './cloudevents.js';

/** A message that could not be handled, as it was delivered. */
export interface UnhandledMessage {
  /** The NATS subject. */
  readonly subject: string;
  readonly body: Uint8Array;
  /** The event that the message names, as the event store has it; absent when that is not known. The body itself proves nothing. */
  readonly event?: ReportCloudEvent;
  /** In the stream REPORTS. */
  readonly streamSequence: number;
  readonly deliveries: number;
  /** When the stream stored it. */
  readonly firstSeenAt: Date;
}

/** Parks a message for good, with everything an operator needs. Rejects when that is not possible now; it is then called again later. */
export type Park = (message: UnhandledMessage, error: unknown) => Promise<void>;
