import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Logger, nestLogger, type Tracing } from '@evidence/runtime';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Availability } from '../availability.js';
import { type GatewayServices, gatewayModule } from '../module.js';
import type { RateLimits } from '../rate-limits.js';
import { type AuthenticationParts, authentication } from './authentication.js';
import { BODY_BYTES_MAX, bodies } from './body.js';
import { compression } from './compression.js';
import { crossOrigin } from './cross-origin.js';
import { entityTags } from './entity-tags.js';
import { frontPage } from './front-page.js';
import { jsonText } from './json-text.js';
import { knownQuery } from './known-query.js';
import { collectRoutes, refuseOtherMethods } from './methods.js';
import { answerNoRequest, refuseTunnels } from './no-request.js';
import { oddRequests } from './odd-requests.js';
import { pageLinks } from './page-links.js';
import { ProblemFilter } from './problems.js';
import { rateLimiting } from './rate-limiting.js';
import { logWhenDone, requestLog } from './request-log.js';
import { countWhenDone, requestMetrics } from './request-metrics.js';
import { SECURITY_HEADERS, securityHeaders } from './security-headers.js';
import { TIMEOUTS, type Timeouts } from './timeouts.js';
import { cutOffUnwantedBodies } from './unwanted-body.js';
import { refuseWritesInVain } from './writes.js';

/** A connection on which nothing moves, in the middle of a request or a download. */
const STALLED_TIMEOUT_MS = 120_000;
/** Between two requests; longer than the 60 s after which load balancers let go, so that they never meet a closed connection. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** How often Node looks for requests that are late; by default (24.21.0) every 30 s. */
const LATE_SWEEP_MS = 1_000;
const CONNECTIONS_MAX = 1_000;
/** At the end; leaves the rest of the process's drain its time (`DRAIN_DEADLINE_MS`, 8 s). */
const DRAIN_TIMEOUT_MS = 4_000;
const IDLE_SWEEP_MS = 50;
/** The longest id there is (`OpaqueId`), every character percent-encoded. */
const PARAM_CHARS_MAX = 3 * 128;

export interface ServerOptions {
  readonly services: GatewayServices;
  readonly availability: Availability;
  readonly tokens: AuthenticationParts['tokens'];
  readonly issuer?: AuthenticationParts['issuer'];
  readonly trail: AuthenticationParts['trail'];
  readonly rateLimits: RateLimits;
  /** Address blocks of the proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[];
  /** Whose pages may call us from a browser. */
  readonly corsOrigins: readonly string[];
  /** Where clients see us, without a slash at its end. */
  readonly publicUrl: string;
  readonly logger: Logger;
  readonly tracing: Pick<Tracing, 'fastifyPlugin'>;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly now: () => Date;
  readonly newId: () => string;
}

export interface HttpServer {
  readonly app: NestFastifyApplication;
  /** Methods by path, as registered. HEAD stands beside every GET. */
  readonly routes: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The API, not yet listening. */
export async function createServer(options: ServerOptions): Promise<HttpServer> {
  const { services, availability, tokens, issuer, trail, rateLimits, logger, tracing, now } = options;
  const patience = { ...TIMEOUTS, ...options.timeouts };
  const problems = new ProblemFilter(logger);
  const adapter = adapterFor(options, patience, problems);
  const server: FastifyInstance = adapter.getInstance();
  server.setReplySerializer(jsonText);
  if (tracing.fastifyPlugin) await server.register(tracing.fastifyPlugin);
  cutOffUnwantedBodies(server.server as Server, patience.unwantedMs);
  refuseTunnels(server.server as Server, logger);
  // In the order in which a request meets them.
  securityHeaders(server);
  crossOrigin(server, options.corsOrigins);
  requestLog(server, logger);
  requestMetrics(server, services.metrics);
  oddRequests(server);
  authentication(server, { tokens, issuer, trail, now });
  rateLimiting(server, rateLimits);
  knownQuery(server);
  refuseWritesInVain(server, availability);
  bodies(server, patience);
  pageLinks(server, options.publicUrl);
  entityTags(server);
  compression(server);
  const routes = collectRoutes(server);
  frontPage(server);
  const app = await NestFactory.create<NestFastifyApplication>(gatewayModule(services), adapter, {
    logger: nestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(problems);
  await app.init();
  const own = new Map([...routes].map(([url, methods]) => [url, new Set(methods)]));
  refuseOtherMethods(server, own);
  return { app, routes: own };
}

function adapterFor(
  { services, trustedProxies, logger, newId }: ServerOptions,
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
    // What was taken before the drain is answered; a late request on an open connection too.
    return503OnClosing: false,
    clientErrorHandler: answerNoRequest(logger),
    // What the router refuses meets no hook.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      logWhenDone(request, reply, logger);
      countWhenDone(request, reply, services.metrics);
      reply.headers(SECURITY_HEADERS);
      problems.answer(error, request, reply);
    },
  });
}

/** Listens, and answers where: useful with port 0. */
export async function listen(
  { app }: Pick<HttpServer, 'app'>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  const server: Server = app.getHttpServer();
  server.maxConnections = CONNECTIONS_MAX;
  try {
    await app.listen(port, host);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new Error(`The port ${port} on ${host} is in use: end what uses it, or set PORT to another.`, { cause });
  }
  const { address, family, port: taken } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
}

/** Takes no more calls, answers those under way, and cuts off what is not through by the deadline: downloads can be resumed. */
export async function closeServer({ app }: Pick<HttpServer, 'app'>): Promise<void> {
  const server: Server = app.getHttpServer();
  // Node closes what is idle when it is asked, and a connection whose answer is just leaving is not (24.21.0): ask again.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(deadline);
  }
}
