import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { EventLog } from '@evidence/event-store/engine';
import {
  Metadata,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { type Features, SupportedMethod, SupportedMethods, serverFeaturesService, streamsService } from './protocol.js';
import { type ReadCall, read } from './reads.js';
import { append, batchAppend, softDelete, tombstone } from './writes.js';

/** The protocol has no login here, so nobody beyond this machine may reach it. */
const HOST = '127.0.0.1';
/** The version whose protocol this server speaks a part of. Clients compare it with what a call needs. */
const SPOKEN_VERSION = '24.10.0';
/** KurrentDB's clients cut an append into messages of about 3 MiB. */
const MESSAGE_BYTES_MAX = 17 * 1024 * 1024;
/** How long a closing server waits for its calls to end before it cuts them. */
const CLOSE_TIMEOUT_MS = 1_000;

export interface StoreServer {
  readonly port: number;
  /** Finishes the appends under way, ends all calls with `UNAVAILABLE`, and releases the file. */
  close(): Promise<void>;
}

/**
 * Serves the event log in `file` (made if missing, with its folder) on 127.0.0.1. `port` 0 takes a free one. Rejects
 * when the port is in use or the file cannot be opened.
 */
export async function startStoreServer({
  file,
  port,
  now,
}: {
  file: string;
  port: number;
  now: () => Date;
}): Promise<StoreServer> {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const log = new EventLog({ file, now });
  const closing = new AbortController();
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    interceptors: [answerHeadersAtOnce],
  });
  server.addService(streamsService, {
    read: (call: ReadCall) => void read({ log, now, closing: closing.signal }, call),
    append: append.bind(undefined, log),
    batchAppend: batchAppend.bind(undefined, log, closing.signal),
    delete: softDelete.bind(undefined, log),
    tombstone: tombstone.bind(undefined, log),
  });
  server.addService(serverFeaturesService, {
    getSupportedMethods: (_call: unknown, answer: sendUnaryData<Features.SupportedMethods>) =>
      answer(null, supportedMethods()),
  });
  try {
    const boundPort = await bind(server, port);
    return { port: boundPort, close: () => close(server, log, closing) };
  } catch (error) {
    log.close();
    throw error;
  }
}

/**
 * Response headers leave as soon as the request's arrive. The client's reads (@kurrent/bridge 0.2.2, 2026-11) send
 * headers and message in two packets with Nagle's algorithm on: without an early answer the second waits out our
 * kernel's delayed acknowledgement, and every other read took 45 ms instead of 2 ms.
 */
const answerHeadersAtOnce: ServerInterceptor = (_method, call) =>
  new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveMetadata: (metadata, deliver) => {
          call.sendMetadata(new Metadata());
          deliver(metadata);
        },
      }),
  });

function bind(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${HOST}:${port}`, ServerCredentials.createInsecure(), (error, boundPort) =>
      error ? reject(error) : resolve(boundPort),
    );
  });
}

async function close(server: Server, log: EventLog, closing: AbortController): Promise<void> {
  closing.abort();
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
function supportedMethods(): Features.SupportedMethods {
  const methods = new SupportedMethods();
  methods.setEventStoreServerVersion(SPOKEN_VERSION);
  for (const { path } of Object.values(streamsService) as { path: string }[]) {
    const [, service, method] = path.split('/');
    const features = method === 'Read' ? ['stream', 'all'] : [];
    methods.addMethods(
      new SupportedMethod().setServiceName(service!).setMethodName(method!.toLowerCase()).setFeaturesList(features),
    );
  }
  return methods;
}
