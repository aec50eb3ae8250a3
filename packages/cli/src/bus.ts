import { BusError, connectNats } from '@evidence/bus';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { CommandFailure } from './failure.js';
import { type NatsServer, shownServer } from './system.js';

/** How long an operator waits for a server that is down. */
const CONNECT_DEADLINE_MS = 5_000;
const PUBLISH_TIMEOUT_MS = 2_000;

/** Throws `CommandFailure` when no server responds in time, or the server refuses us. The caller closes the connection. */
export async function connectTo(server: NatsServer, name: string): Promise<NatsConnection> {
  const { url, access } = server;
  try {
    return await connectNats({ servers: url.split(','), access, name, deadlineMs: CONNECT_DEADLINE_MS });
  } catch (cause) {
    if (cause instanceof BusError && cause.code === 'nats_refused') throw new CommandFailure(cause.message, { cause });
    const message = `NATS at ${shownServer(server)} cannot be reached: run \`npm start\`, or set NATS_URL.`;
    throw new CommandFailure(message, { cause });
  }
}

/** A message for the bus. The bus drops a second message with the same `id`. */
export interface Outgoing {
  readonly subject: string;
  readonly body: Uint8Array;
  readonly id: string;
}

/** Resolves when JetStream has stored the message. */
export async function publish(connection: NatsConnection, { subject, body, id }: Outgoing): Promise<void> {
  await jetstream(connection).publish(subject, body, { msgID: id, timeout: PUBLISH_TIMEOUT_MS });
}
