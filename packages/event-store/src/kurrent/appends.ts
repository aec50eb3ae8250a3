import { type EventData, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { withDeadline } from '../deadline.js';
import type { EncodedEvent } from '../limits.js';
import type { ExpectedRevision } from '../port.js';
import { eventStoreErrorOf } from './errors.js';
import { Slots } from './slots.js';

/** The client's own deadline reaches neither its batch-append stream nor its first call (1.3.1, 2026-11). */
const APPEND_TIMEOUT_MS = 10_000;
/**
 * All appends of a client share one gRPC stream. Its 16th unsent message makes the others queue inside the client, and
 * when the connection is then lost the client (1.3.1) rejects promises that nobody holds, which ends the process. So
 * there are at most 15.
 */
const MESSAGES_IN_FLIGHT_MAX = 15;
/**
 * The client cuts an append into messages of 3 MiB at event borders; with events of at most 1 MiB each holds at least
 * this much.
 */
const MESSAGE_BYTES_MIN = 2 * 1024 * 1024;

/** One client, its stream of appends, and the free slots on that stream. */
class Line {
  readonly client: KurrentDBClient;
  readonly slots = new Slots(MESSAGES_IN_FLIGHT_MAX);

  constructor(connectionString: string) {
    this.client = KurrentDBClient.connectionString(connectionString);
  }
}

/** The client's result of an append. A server may omit the position when it recognises a repeated one. */
export interface Answered {
  readonly revision: bigint;
  readonly position: bigint | undefined;
}

/**
 * Appends have their own client, replaced when it stops responding: if the server closes the stream without an error, they never settle.
 */
export class KurrentAppends {
  readonly #connectionString: string;
  #line: Line;

  constructor(connectionString: string) {
    this.#connectionString = connectionString;
    this.#line = new Line(connectionString);
  }

  async append(stream: string, expected: ExpectedRevision, encoded: readonly EncodedEvent[]): Promise<Answered> {
    const line = this.#line;
    const sizeBytes = encoded.reduce((sum, { data, metadata }) => sum + data.byteLength + metadata.byteLength, 0);
    const messages = 1 + Math.ceil(sizeBytes / MESSAGE_BYTES_MIN);
    const appending = line.slots.run(messages, () => appendOn(line.client, stream, expected, encoded));
    const onTimeout = () => this.#replace(line);
    return withDeadline(appending, APPEND_TIMEOUT_MS, `An append to ${stream}`, onTimeout).catch((cause) => {
      throw eventStoreErrorOf(cause, stream, expected);
    });
  }

  async close(): Promise<void> {
    await this.#line.client.dispose();
  }

  #replace(line: Line): void {
    if (this.#line !== line) return;
    this.#line = new Line(this.#connectionString);
    void line.client.dispose();
  }
}

/**
 * An event in the encoded form in which it was checked. The client (1.3.1, 2026-11) would serialise its JSON again and pass it on as base64, twice,
 * which was most of the cost of an append; it passes bytes on unchanged if their content type is that of bytes. It reads the content type twice:
 * first to store it, which must give JSON, then to decide how to pass the data on, which must give bytes. The conformance suite reads JSON back.
 */
class WrittenEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  #isWrittenDown = false;

  constructor({ id, type, data, metadata }: EncodedEvent) {
    this.id = id;
    this.type = type;
    this.data = data;
    this.metadata = metadata;
  }

  get contentType(): string {
    if (this.#isWrittenDown) return 'application/octet-stream';
    this.#isWrittenDown = true;
    return 'application/json';
  }
}

async function appendOn(
  client: KurrentDBClient,
  stream: string,
  expected: ExpectedRevision,
  encoded: readonly EncodedEvent[],
): Promise<Answered> {
  const proposed = encoded.map((event) => new WrittenEvent(event)) as unknown as EventData[];
  const { nextExpectedRevision, position } = await client.appendToStream(stream, proposed, { streamState: expected });
  return { revision: nextExpectedRevision, position: position?.commit };
}
