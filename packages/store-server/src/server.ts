import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLog, EventStoreError } from '@evidence/event-store/engine';
import { type Metadata, type Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js';
import { answeringEarly } from './answering-early.js';
import { Porter, type StoreDoors } from './doors.js';
import { type Guard, type GuardOptions, guardLog } from './guard.js';
import {
  type Features,
  type Streams,
  SupportedMethod,
  SupportedMethods,
  serverFeaturesService,
  streamsService,
} from './protocol.js';
import { type ReadCall, read } from './reads.js';
import { serverWithWideWindows } from './wide-windows.js';
import {
  type AppendCall,
  append,
  type BatchAppendCall,
  batchAppend,
  type DeleteCall,
  softDelete,
  type TombstoneCall,
  tombstone,
} from './writes.js';

/** The default: reachable from this machine only. IPv6 too, because `localhost` may resolve to either. */
const LOOPBACK = ['127.0.0.1', '[::1]'];
/** The version whose protocol this server partly implements. Clients compare it with what a call needs. */
const SPOKEN_VERSION = '24.10.0';
/** KurrentDB's clients cut an append into messages of about 3 MiB. */
const MESSAGE_BYTES_MAX = 17 * 1024 * 1024;
/** A log that takes longer to check is served during the check. */
const FIRST_CHECK_WAIT_MS = 2_000;
/** How long a closing server waits for its calls to end before it cuts them. */
const CLOSE_TIMEOUT_MS = 1_000;

export interface StoreServer {
  readonly port: number;
  /** Finishes the appends in progress, ends all calls with `UNAVAILABLE`, and releases the file. */
  close(): Promise<void>;
}

/**
 * Serves the event log in `file` (created if missing, with its folder) on `host`, by default the loopback addresses. `port` 0 takes a free one. A
 * file that is damaged, or of a newer release, is served too: every call is refused with a sentence that says so, because a server that exits would
 * only be restarted. `guard`: how the file is checked while it is served. Rejects when the port is in use, or the file cannot be opened, as when
 * another server has it.
 */
export async function startStoreServer({
  file,
  port,
  host,
  now,
  guard: guardOptions,
  doors,
}: {
  file: string;
  port: number;
  host?: string;
  now: () => Date;
  guard?: GuardOptions;
  /** Without them, the server is open to every process on the machine, in plaintext. Only for tests. */
  doors?: StoreDoors;
}): Promise<StoreServer> {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const log = openedOrRefusing(file, now, guardOptions?.say);
  const guard = guardOptions && guardLog(log, file, guardOptions);
  if (guard) await Promise.race([guard.checked, delay(FIRST_CHECK_WAIT_MS, undefined, { ref: false })]);
  const closing = new AbortController();
  const porter = doors && new Porter(doors.logins);
  const visitorOf = (call: { readonly metadata: Metadata }) => porter?.visitorOf(call.metadata);
  const server = serverWithWideWindows({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    interceptors: [answeringEarly(porter)],
  });
  server.addService(streamsService, {
    read: (call: ReadCall) => void read({ log, now, closing: closing.signal, visitor: visitorOf(call) }, call),
    append: (call: AppendCall, answer: sendUnaryData<Streams.AppendResp>) =>
      append({ log, visitor: visitorOf(call) }, call, answer),
    batchAppend: (call: BatchAppendCall) => batchAppend({ log, visitor: visitorOf(call) }, closing.signal, call),
    delete: (call: DeleteCall, answer: sendUnaryData<Streams.DeleteResp>) =>
      softDelete({ log, visitor: visitorOf(call) }, call, answer),
    tombstone: (call: TombstoneCall, answer: sendUnaryData<Streams.TombstoneResp>) =>
      tombstone({ log, visitor: visitorOf(call) }, call, answer),
  });
  server.addService(serverFeaturesService, {
    getSupportedMethods: (_call: unknown, answer: sendUnaryData<Features.SupportedMethods>) =>
      answer(null, supportedMethods(porter !== undefined)),
  });
  try {
    const boundPort = await bind(server, host === undefined ? LOOPBACK : [host], port, credentialsOf(doors));
    return { port: boundPort, close: () => close(server, log, closing, guard) };
  } catch (error) {
    await guard?.stop();
    log.close();
    throw error;
  }
}

function openedOrRefusing(file: string, now: () => Date, say: GuardOptions['say'] = () => undefined): EventLog {
  try {
    return new EventLog({ file, now });
  } catch (error) {
    if (!(error instanceof EventStoreError) || error.facts.unusable === undefined) throw error;
    say(error.message);
    const log = new EventLog({ file: ':memory:', now });
    log.refuse(error);
    return log;
  }
}

function credentialsOf(doors: StoreDoors | undefined): ServerCredentials {
  if (!doors) return ServerCredentials.createInsecure();
  const pair = { cert_chain: Buffer.from(doors.certificatePem), private_key: Buffer.from(doors.keyPem) };
  return ServerCredentials.createSsl(null, [pair]);
}

/** Listens on the port at the first address, and also at the second, unless the machine does not have it. */
async function bind(
  server: Server,
  [first = '', second]: readonly string[],
  port: number,
  credentials: ServerCredentials,
): Promise<number> {
  const boundPort = await bindTo(server, `${first}:${port}`, credentials);
  if (second === undefined) return boundPort;
  await bindTo(server, `${second}:${boundPort}`, credentials).catch((error: Error) => {
    if (error.message.includes('EADDRINUSE')) throw error;
  });
  return boundPort;
}

function bindTo(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, boundPort) => (error ? reject(error) : resolve(boundPort)));
  });
}

async function close(server: Server, log: EventLog, closing: AbortController, guard?: Guard): Promise<void> {
  closing.abort();
  await guard?.stop();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  server.forceShutdown();
  log.close();
}

/**
 * Clients choose their calls by this list: without `batchappend` in it, for one, they would use the slower `append`.
 */
function supportedMethods(checksWriters: boolean): Features.SupportedMethods {
  const methods = new SupportedMethods();
  methods.setEventStoreServerVersion(SPOKEN_VERSION);
  for (const { path } of Object.values(streamsService) as { path: string }[]) {
    const [, service, method] = path.split('/');
    const features = method === 'Read' ? ['stream', 'all'] : [];
    methods.addMethods(
      new SupportedMethod().setServiceName(service!).setMethodName(method!.toLowerCase()).setFeaturesList(features),
    );
  }
  // Not a real method, so KurrentDB does not list it: our client looks for it.
  if (checksWriters)
    methods.addMethods(new SupportedMethod().setServiceName('evidence').setMethodName('checkswriters'));
  return methods;
}
