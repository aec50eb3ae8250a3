import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isInside } from '@evidence/access';
import { type Logger, nestLogger, type Tracing } from '@evidence/runtime';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CALLS_AT_ONCE, CallsAtOnce, type CallsAtOnceLimits } from '../../core/access/calls-at-once.js';
import type { RateLimits } from '../call/rate-limits.js';
import { gatewayModule } from '../module.js';
import type { Availability } from '../service/availability.js';
import type { Metrics } from '../service/metrics.js';
import { CONNECTION_LIMITS, type ConnectionLimits, keepRoom } from './connections.js';
import { frontPage } from './front-page.js';
import { type AuthenticationParts, authentication } from './hooks/authentication.js';
import { BODY_BYTES_MAX, bodies } from './hooks/body.js';
import { callsAtOnce } from './hooks/calls-at-once.js';
import { compression } from './hooks/compression.js';
import { crossOrigin } from './hooks/cross-origin.js';
import { entityTags } from './hooks/entity-tags.js';
import { knownQuery } from './hooks/known-query.js';
import { oddRequests } from './hooks/odd-requests.js';
import { pageLinks } from './hooks/page-links.js';
import { rateLimiting } from './hooks/rate-limiting.js';
import { logWhenDone, requestLog } from './hooks/request-log.js';
import { countWhenDone, requestMetrics } from './hooks/request-metrics.js';
import { SECURITY_HEADERS, securityHeaders } from './hooks/security-headers.js';
import { cutOffUnwantedBodies } from './hooks/unwanted-body.js';
import { refuseWritesInVain } from './hooks/writes.js';
import { jsonText } from './json-text.js';
import { collectRoutes, refuseOtherMethods } from './methods.js';
import { answerNoRequest, refuseTunnels } from './no-request.js';
import { ProblemFilter } from './problems.js';
import { TIMEOUTS, type Timeouts } from './timeouts.js';

/** How long a connection may be silent in the middle of a request or a download. */
const STALLED_TIMEOUT_MS = 120_000;
/**
 * How long a connection may be idle between two requests. Longer than the 60 s after which load balancers close it, so that they never use a
 * connection that we have closed.
 */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** How often Node looks for requests that are late; by default (24.21.0) every 30 s. */
const LATE_SWEEP_MS = 1_000;
/** The time limit for closing the server. Leaves time for the rest of the process's drain (`DRAIN_DEADLINE_MS`, 8 s). */
const DRAIN_TIMEOUT_MS = 4_000;
const IDLE_SWEEP_MS = 50;
/** The longest id (`OpaqueId`) with every character percent-encoded. */
const PARAM_CHARS_MAX = 3 * 128;

export interface ServerOptions {
  readonly subjects: readonly DynamicModule[];
  readonly metrics: Metrics;
  readonly availability: Availability;
  readonly tokens: AuthenticationParts['tokens'];
  readonly tokensBehind: AuthenticationParts['tokensBehind'];
  readonly issuer?: AuthenticationParts['issuer'];
  readonly trail: AuthenticationParts['trail'];
  readonly rateLimits: RateLimits;
  /** Address blocks of the proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[];
  /** The origins whose pages may call us from a browser. */
  readonly corsOrigins: readonly string[];
  /** The URL at which clients see us, without a slash at its end. */
  readonly publicUrl: string;
  readonly logger: Logger;
  readonly tracing: Pick<Tracing, 'fastifyPlugin'>;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly limits?: Partial<ConnectionLimits & CallsAtOnceLimits> | undefined;
  readonly now: () => Date;
  readonly newId: () => string;
}

export interface HttpServer {
  readonly app: NestFastifyApplication;
  /** Methods by path, as registered. Every GET also has HEAD. */
  readonly routes: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The API, not yet listening. */
export async function createServer(options: ServerOptions): Promise<HttpServer> {
  const { metrics, availability, tokens, tokensBehind, issuer, trail, rateLimits, logger, tracing, now } = options;
  const patience = { ...TIMEOUTS, ...options.timeouts };
  const problems = new ProblemFilter(logger);
  const adapter = adapterFor(options, patience, problems);
  const server: FastifyInstance = adapter.getInstance();
  server.setReplySerializer(jsonText);
  if (tracing.fastifyPlugin) await server.register(tracing.fastifyPlugin);
  const limits = { ...CONNECTION_LIMITS, ...CALLS_AT_ONCE, ...options.limits };
  keepRoom(server.server as Server, limits, (address) => isInside(address, options.trustedProxies));
  cutOffUnwantedBodies(server.server as Server, patience.unwantedMs);
  refuseTunnels(server.server as Server, logger);
  // In the order in which a request passes them.
  securityHeaders(server);
  crossOrigin(server, options.corsOrigins);
  requestLog(server, logger);
  requestMetrics(server, metrics);
  oddRequests(server);
  authentication(server, { tokens, tokensBehind, issuer, trail, now });
  callsAtOnce(server, new CallsAtOnce(limits));
  rateLimiting(server, rateLimits);
  knownQuery(server);
  refuseWritesInVain(server, availability);
  bodies(server, patience);
  pageLinks(server, options.publicUrl);
  entityTags(server);
  compression(server);
  const routes = collectRoutes(server);
  const app = await NestFactory.create<NestFastifyApplication>(gatewayModule(options.subjects), adapter, {
    logger: nestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(problems);
  await app.init();
  // After Nest’s routes, so that its problems get the same response as all others.
  frontPage(server);
  const own = new Map([...routes].map(([url, methods]) => [url, new Set(methods)]));
  refuseOtherMethods(server, own);
  return { app, routes: own };
}

function adapterFor(
  { metrics, trustedProxies, logger, newId }: ServerOptions,
  patience: Timeouts,
  problems: ProblemFilter,
): FastifyAdapter {
  return new FastifyAdapter({
    genReqId: newId,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: patience.requestMs,
    connectionTimeout: STALLED_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: {
      // See `oddRequests`.
      requireHostHeader: false,
      headersTimeout: patience.headersMs,
      connectionsCheckingInterval: Math.min(LATE_SWEEP_MS, patience.headersMs),
    },
    routerOptions: { maxParamLength: PARAM_CHARS_MAX },
    // Calls accepted before the drain are completed, and a late request on an open connection is still served.
    return503OnClosing: false,
    clientErrorHandler: answerNoRequest(logger),
    // Requests that the router refuses pass no hook.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      logWhenDone(request, reply, logger);
      countWhenDone(request, reply, metrics);
      reply.headers(SECURITY_HEADERS);
      problems.answer(error, request, reply);
    },
  });
}

/** Listens, and returns the address: useful with port 0. */
export async function listen(
  { app }: Pick<HttpServer, 'app'>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  const server: Server = app.getHttpServer();
  try {
    await app.listen(port, host);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new Error(`Port ${port} on ${host} is in use: stop the program that uses it, or set PORT to another one.`, {
      cause,
    });
  }
  const { address, family, port: taken } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}

/** Accepts no more calls, finishes those in progress, and aborts what is not done by the deadline. Downloads can be resumed. */
export async function closeServer({ app }: Pick<HttpServer, 'app'>): Promise<void> {
  const server: Server = app.getHttpServer();
  // Node closes only idle connections, and one whose response is just being sent is not idle (24.21.0), so ask again.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(deadline);
  }
}
