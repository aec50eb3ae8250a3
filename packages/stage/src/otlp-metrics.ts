import type { Logger } from '@evidence/runtime';
import { soon, type Tracing, watchExports } from '@evidence/runtime/trace';
import type { Registry } from 'prom-client';
import { metricDataOf } from './metric-data.js';

const EXPORT_INTERVAL_DEFAULT_MS = 60_000;

interface ExportOptions {
  readonly resource: NonNullable<Tracing['resource']>;
  readonly env: NodeJS.ProcessEnv;
  /** Told when metrics cannot be sent. */
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  readonly now: () => Date;
}

/**
 * Sends the metrics of `registry` by OTLP at intervals (`OTEL_METRIC_EXPORT_INTERVAL`, in milliseconds) until the returned function is called,
 * which sends the rest within a short limit and never rejects. There is one source of metrics, prom-client, and two ways to read it; both give
 * the same, so a metrics store should use only one. The OpenTelemetry SDK instead of prom-client would be loaded by every process even without a
 * collector, and would lack Node's own metrics.
 */
export async function exportMetrics(
  registry: Pick<Registry, 'getMetricsAsJSON'>,
  { resource, env, logger, now }: ExportOptions,
): Promise<() => Promise<void>> {
  const { MeterProvider, PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics');
  const { OTLPMetricExporter } =
    env.OTEL_EXPORTER_OTLP_PROTOCOL === 'http/json'
      ? await import('@opentelemetry/exporter-metrics-otlp-http')
      : await import('@opentelemetry/exporter-metrics-otlp-proto');
  const startedAt = now();
  const scope = { name: 'evidence-reports' };
  const collect = async () => {
    const metrics = metricDataOf(await registry.getMetricsAsJSON(), startedAt, now());
    return { resourceMetrics: { resource, scopeMetrics: [{ scope, metrics }] }, errors: [] };
  };
  const exportIntervalMillis = Number(env.OTEL_METRIC_EXPORT_INTERVAL) || EXPORT_INTERVAL_DEFAULT_MS;
  const reader = new PeriodicExportingMetricReader({
    exporter: watchExports(new OTLPMetricExporter(), 'metrics', logger),
    metricProducers: [{ collect }],
    exportIntervalMillis,
    exportTimeoutMillis: exportIntervalMillis,
  });
  // Not registered globally, so that instrumentations do not add metrics of their own.
  const provider = new MeterProvider({ resource, readers: [reader] });
  return () => soon(provider.shutdown());
}
