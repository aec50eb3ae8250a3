import { createRequire } from 'node:module';
import type { FastifyOtelInstrumentation } from '@fastify/otel';

export interface TracingOptions {
  readonly service: string;
  readonly env: NodeJS.ProcessEnv;
  /** Only the gateway speaks HTTP: spans for its requests in and out, and for Fastify's routes. Default false. */
  readonly http?: boolean;
}

export interface Tracing {
  /** To be registered on the Fastify instance before it listens; absent unless tracing is on and `http` was asked for. */
  readonly fastifyPlugin?: ReturnType<FastifyOtelInstrumentation['plugin']>;
  /** Sends what is left. Never rejects: a trace that nobody takes must not turn a clean end into a failure. */
  shutdown(): Promise<void>;
}

/**
 * OpenTelemetry, on only when `OTEL_EXPORTER_OTLP_ENDPOINT` is set (the SDK reads it and the other `OTEL_*` itself). The SDK is
 * imported then and not before: it costs 0.3 s to load (sdk-node 0.301.0, measured 2026-11-23).
 *
 * No ESM loader hook: with it every outgoing HTTP span came double (sdk-node 0.301.0, Node 26). Core modules are patched without it.
 * NATS and the event store carry the trace by hand (`activeTrace`, `contextOf`): no instrumentation for them exists.
 */
export async function startTracing({ service, env, http = false }: TracingOptions): Promise<Tracing> {
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT) return { shutdown: async () => {} };
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const web = http ? await httpInstrumentations() : undefined;
  const sdk = new NodeSDK({
    serviceName: service,
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: web ? [web.core, web.fastify] : [],
  });
  sdk.start();
  // The patch is applied when the module is required: do it now, whoever imported it earlier.
  if (web) createRequire(import.meta.url)('node:http');
  return {
    ...(web && { fastifyPlugin: web.fastify.plugin() }),
    shutdown: () => sdk.shutdown().catch(() => {}),
  };
}

async function httpInstrumentations() {
  const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http');
  const { FastifyOtelInstrumentation } = (await import('@fastify/otel')).default;
  // Registered by hand on the one Fastify instance: registration by itself adds seven spans a request (@fastify/otel 0.21.2).
  return {
    core: new HttpInstrumentation(),
    fastify: new FastifyOtelInstrumentation({ registerOnInitialization: false }),
  };
}
