import { setTimeout as pause } from 'node:timers/promises';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { BusError } from './errors.js';

const FIRST_CONNECT_DEADLINE_MS = 30_000;
const DIAL_TIMEOUT_MS = 2_000;
const REDIAL_PAUSE_MS = 250;
/** What is asked while the connection is being re-made is lost, and noticed only by this. */
const API_TIMEOUT_MS = 3_000;

export interface NatsOptions {
  readonly servers: readonly string[];
  /** Shown in the server's list of connections. */
  readonly name: string;
  readonly deadlineMs?: number;
}

/**
 * Connects, waiting for a server that is still starting; from then on the connection is re-made for ever. Throws `BusError`
 * `nats_unreachable` past the deadline. Our own loop, since the client's `waitOnFirstConnect` can be neither bounded nor ended (3.4.0).
 */
export async function connectNats({
  servers,
  name,
  deadlineMs = FIRST_CONNECT_DEADLINE_MS,
}: NatsOptions): Promise<NatsConnection> {
  const startedAtMs = performance.now();
  for (;;) {
    try {
      return await connect({
        servers: [...servers],
        name,
        timeout: DIAL_TIMEOUT_MS,
        maxReconnectAttempts: -1,
        reconnectTimeWait: REDIAL_PAUSE_MS,
      });
    } catch (cause) {
      if (performance.now() - startedAtMs > deadlineMs) throw unreachable(servers, deadlineMs, cause);
    }
    await pause(REDIAL_PAUSE_MS);
  }
}

function unreachable(servers: readonly string[], deadlineMs: number, cause: unknown): BusError {
  const shown = servers.map((server) => server.replace(/\/\/[^/@]*@/, '//…@')).join(', ');
  const reason = cause instanceof Error ? cause.message : String(cause);
  const sentence = `NATS does not answer at ${shown} after ${deadlineMs / 1000} s (${reason}): start nats-server, or set NATS_URL.`;
  return new BusError('nats_unreachable', sentence, { servers: shown, deadlineMs }, { cause });
}

export const managerOf = (nc: NatsConnection): Promise<JetStreamManager> =>
  jetstreamManager(nc, { timeout: API_TIMEOUT_MS });
