import { setTimeout as pause } from 'node:timers/promises';
import { type NatsAccess, withoutPassword } from '@evidence/runtime';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, createInbox, errors, type NatsConnection } from '@nats-io/transport-node';
import { entryOf } from './entry.js';
import { BusError } from './errors.js';

const FIRST_CONNECT_DEADLINE_MS = 30_000;
const DIAL_TIMEOUT_MS = 2_000;
const REDIAL_PAUSE_MS = 250;
/** Requests sent while the client reconnects are lost; only this timeout notices. */
const API_TIMEOUT_MS = 3_000;

export interface NatsOptions {
  /** `nats://`, or `tls://` to require TLS. A login in the first URL applies to all. */
  readonly servers: readonly string[];
  /** Shown in the server's list of connections. Its first word names the inbox, `_INBOX.<word>.>`, so that a server can keep the replies of users apart. */
  readonly name: string;
  readonly access?: NatsAccess;
  readonly deadlineMs?: number;
}

/**
 * Connects, waiting for a server that is still starting; from then on the client reconnects forever. Throws `BusError` `nats_unreachable` after the
 * deadline, `nats_refused` at once. Has its own loop, because the client's `waitOnFirstConnect` can be neither limited nor cancelled (3.4.0).
 */
export async function connectNats({
  servers,
  name,
  access = {},
  deadlineMs = FIRST_CONNECT_DEADLINE_MS,
}: NatsOptions): Promise<NatsConnection> {
  const startedAtMs = performance.now();
  const entry = await entryOf(servers, access);
  const inboxPrefix = inboxPrefixOf(name);
  for (;;) {
    try {
      const nc = await connect({
        ...entry,
        name,
        inboxPrefix,
        timeout: DIAL_TIMEOUT_MS,
        maxReconnectAttempts: -1,
        reconnectTimeWait: REDIAL_PAUSE_MS,
        // Only the configured servers. Each server tells the client about its neighbours and itself, and on the first dial the client would then
        // retry servers that have refused it forever (3.4.0).
        ignoreClusterUpdates: true,
        // An expired credential is renewed in its file, and an operator may fix the server's list of users.
        ignoreAuthErrorAbort: true,
        // Otherwise every request makes two errors, with their stacks, for the case that it fails: 3 % of a stage's time (3.4.0).
        noAsyncTraces: true,
      });
      inboxPrefixes.set(nc, inboxPrefix);
      return nc;
    } catch (cause) {
      if (isRefusal(cause)) throw refused(servers, cause);
      if (performance.now() - startedAtMs > deadlineMs)
        throw unreachable(servers, deadlineMs, entry.tls !== undefined, cause);
    }
    await pause(REDIAL_PAUSE_MS);
  }
}

/** Where the replies to a connection arrive. A user of the server needs permission to subscribe there. */
export const inboxPrefixOf = (name: string): string => `_INBOX.${name.split(' ')[0]}`;

/** The client keeps it, but does not tell (3.4.0). */
const inboxPrefixes = new WeakMap<NatsConnection, string>();

/** A new subject that this connection may subscribe to, and below it. */
export const newInbox = (nc: NatsConnection): string => createInbox(inboxPrefixes.get(nc));

/** The names that OpenSSL and Node use for an unacceptable certificate, and for a peer that does not use TLS. */
const TLS_CODES = /^(ERR_(SSL|TLS|OSSL)_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

/** A retry does not help: the login is wrong, or one side does not trust the other. */
function isRefusal(error: unknown): boolean {
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError) return true;
  if (!(error instanceof Error)) return false;
  const { code = '', cause } = error as NodeJS.ErrnoException;
  if (TLS_CODES.test(code) || /'tls'/.test(error.message)) return true;
  return cause !== undefined && cause !== error && isRefusal(cause);
}

function refused(servers: readonly string[], cause: unknown): BusError {
  const shown = shownServers(servers);
  const sentence = `NATS at ${shown} refused the login, or its certificate is not trusted (${reasonOf(cause)}): check the login, NATS_CA_FILE and the scheme, tls:// or nats://.`;
  return new BusError('nats_refused', sentence, { servers: shown }, { cause });
}

/** A server that requires a client certificate closes the connection without a reason when it gets none. */
const SILENT_OVER_TLS = ' If it is running, it may require a client certificate: set NATS_CERTIFICATE_FILE.';

function unreachable(servers: readonly string[], deadlineMs: number, overTls: boolean, cause: unknown): BusError {
  const shown = shownServers(servers);
  const sentence = `NATS at ${shown} did not respond within ${deadlineMs / 1000} s (${reasonOf(cause)}): start nats-server, or set NATS_URL.${overTls ? SILENT_OVER_TLS : ''}`;
  return new BusError('nats_unreachable', sentence, { servers: shown, deadlineMs }, { cause });
}

const shownServers = (servers: readonly string[]): string => servers.map(withoutPassword).join(', ');
const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

export const managerOf = (nc: NatsConnection): Promise<JetStreamManager> =>
  jetstreamManager(nc, { timeout: API_TIMEOUT_MS });
