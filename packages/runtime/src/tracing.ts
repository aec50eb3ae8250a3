import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyOtelInstrumentation } from '@fastify/otel';
import { type ProxyTracerProvider, type TracerProvider, trace } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Logger } from './log.js';
import { watchExports } from './watch-exports.js';

/** The limit at the end, for a collector that does not respond: the exporters try for 10 s, longer than a drain may take. */
const SHUTDOWN_TIMEOUT_MS = 1_500;

/** Paths that probes and scrapers request all the time. */
const PROBED: readonly string[] = ['/healthz', '/readyz', '/metrics'];

export interface TracingOptions {
  readonly service: string;
  readonly env: NodeJS.ProcessEnv;
  /** Adds spans for HTTP requests in and out, and for Fastify's routes; only the gateway uses HTTP. Default: false. */
  readonly http?: boolean;
  /** Told when traces cannot be sent. */
  readonly logger?: Logger;
}

export interface Tracing {
  readonly isOn: boolean;
  /** Identifies this process in everything it sends; absent unless tracing is on. */
  readonly resource?: Resource;
  /** To be registered on the Fastify instance before it listens; absent unless tracing is on and `http` is true. */
  readonly fastifyPlugin?: ReturnType<FastifyOtelInstrumentation['plugin']>;
  /** Sends what has been recorded so far. Never rejects. */
  flush(): Promise<void>;
  /** Sends the rest, within a short limit. Never rejects: an unreachable collector must not turn a clean exit into a failure. */
  shutdown(): Promise<void>;
}

export const NOT_TRACED: Tracing = { isOn: false, flush: async () => {}, shutdown: async () => {} };

/**
 * OpenTelemetry, on only when `OTEL_EXPORTER_OTLP_ENDPOINT` is set (the SDK reads it and the other `OTEL_*` itself: sampler, batches, limits, protocol). The SDK is
 * imported only then, because it takes 0.3 s to load (sdk-node 0.301.0, measured 2026-11-23).
 *
 * No ESM loader hook: with it, every outgoing HTTP span was duplicated (sdk-node 0.301.0, Node 26). Core modules are patched without it.
 * The trace is passed through NATS and the event store by hand (`activeTrace`, `contextOf`), because no instrumentation for them exists.
 */
export async function startTracing({ service, env, http = false, logger }: TracingOptions): Promise<Tracing> {
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT) return NOT_TRACED;
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const resource = await resourceOf(service);
  const web = http ? await httpInstrumentations() : undefined;
  const sdk = new NodeSDK({
    resource,
    autoDetectResources: false,
    ...(logger && (await watchedExporter(env, logger))),
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: web ? [web.core, web.fastify] : [],
  });
  sdk.start();
  // The patch is applied when the module is required, so require it now, even if it was imported earlier.
  if (web) createRequire(import.meta.url)('node:http');
  return {
    isOn: true,
    resource,
    ...(web && { fastifyPlugin: web.fastify.plugin() }),
    flush: () =>
      recorder()
        .forceFlush()
        .catch(() => {}),
    shutdown: () => soon(sdk.shutdown()),
  };
}

/** The exporter that the SDK would make from the settings, except that it logs failures. Nothing for other exporters, which the SDK makes itself. */
async function watchedExporter(env: NodeJS.ProcessEnv, logger: Logger) {
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || 'http/protobuf';
  if ((env.OTEL_TRACES_EXPORTER || 'otlp') !== 'otlp' || !protocol.startsWith('http/')) return {};
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return { traceExporter: watchExports(new OTLPTraceExporter(), 'traces', logger) };
}

/** Describes this process: configured attributes (`OTEL_RESOURCE_ATTRIBUTES`), the platform, and a unique id. */
async function resourceOf(service: string): Promise<Resource> {
  const {
    defaultResource,
    detectResources,
    envDetector,
    hostDetector,
    resourceFromAttributes,
    serviceInstanceIdDetector,
  } = await import('@opentelemetry/resources');
  return defaultResource()
    .merge(detectResources({ detectors: [hostDetector, serviceInstanceIdDetector, envDetector] }))
    .merge(resourceFromAttributes({ 'service.name': service }));
}

/** Waits briefly until the rest is sent, and ignores failures. */
export const soon = (sending: Promise<void>): Promise<void> =>
  Promise.race([sending.catch(() => {}), pause(SHUTDOWN_TIMEOUT_MS, undefined, { ref: false })]);

/** The SDK does not expose what it made from its settings, but the registered provider does. */
const recorder = () =>
  (trace.getTracerProvider() as ProxyTracerProvider).getDelegate() as TracerProvider & { forceFlush(): Promise<void> };

async function httpInstrumentations() {
  const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http');
  const { FastifyOtelInstrumentation } = (await import('@fastify/otel')).default;
  // Registered by hand on the one Fastify instance: automatic registration adds seven spans per request (@fastify/otel 0.21.2).
  return {
    core: new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url = '' }) => PROBED.includes(url) }),
    fastify: new FastifyOtelInstrumentation({
      registerOnInitialization: false,
      // One span per hook would be a dozen per request, with no information.
      instrumentHooks: false,
      ignorePaths: ({ url }) => PROBED.includes(url),
    }),
  };
}
