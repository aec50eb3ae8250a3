import { type HrTime, ValueType } from '@opentelemetry/api';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** The values of `AggregationTemporality` and `DataPointType` of @opentelemetry/sdk-metrics (3.1.0), which is loaded only if metrics are exported. */
const CUMULATIVE = 1;
const POINT = { histogram: 0, gauge: 2, sum: 3 } as const;

type PromMetric = MetricObjectWithValues<MetricValue<string> & { readonly metricName?: string }>;

/**
 * The content of prom-client's registry in OpenTelemetry's data model. Names, help and labels stay as they are. Cumulative since `startedAt`, as
 * of `now`. Summaries are left out, because nothing here makes one.
 */
export function metricDataOf(metrics: readonly PromMetric[], startedAt: Date, now: Date): MetricData[] {
  const times = { startTime: hrTime(startedAt), endTime: hrTime(now) };
  return metrics.flatMap((metric): MetricData[] => {
    const { name, help: description, values } = metric;
    const about = {
      descriptor: { name, description, unit: '', valueType: ValueType.DOUBLE },
      aggregationTemporality: CUMULATIVE,
    };
    const points = () => values.map(({ labels, value }) => ({ ...times, attributes: attributesOf(labels), value }));
    switch (String(metric.type)) {
      case 'counter':
        return [{ ...about, dataPointType: POINT.sum, isMonotonic: true, dataPoints: points() }];
      case 'gauge':
        return [{ ...about, dataPointType: POINT.gauge, dataPoints: points() }];
      case 'histogram': {
        const dataPoints = histogramsOf(metric).map((histogram) => ({ ...times, ...histogram }));
        return [{ ...about, dataPointType: POINT.histogram, dataPoints }];
      }
      default:
        return [];
    }
  });
}

/** In Prometheus, each bucket counts everything below its bound; in OpenTelemetry, each observation counts in one bucket, and the last has no bound. */
function histogramsOf({ name, values }: PromMetric) {
  const series = Map.groupBy(values, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels));
  return [...series.values()].map((own) => {
    const totalOf = (suffix: string) => own.find(({ metricName }) => metricName === `${name}_${suffix}`)?.value ?? 0;
    const buckets = own
      .filter(({ metricName }) => metricName === `${name}_bucket`)
      .map(({ labels, value }) => ({
        bound: Number(labels.le === '+Inf' ? Number.POSITIVE_INFINITY : labels.le),
        value,
      }))
      .sort((one, other) => one.bound - other.bound);
    const counts = buckets.map(({ value }, index) => value - (buckets[index - 1]?.value ?? 0));
    const boundaries = buckets.map(({ bound }) => bound).filter(Number.isFinite);
    const { le: _, ...labels } = own[0]?.labels ?? {};
    return {
      attributes: attributesOf(labels),
      value: { buckets: { boundaries, counts }, sum: totalOf('sum'), count: totalOf('count') },
    };
  });
}

const attributesOf = (labels: Readonly<Record<string, string | number | undefined>>) =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));

const hrTime = (instant: Date): HrTime => [
  Math.floor(instant.getTime() / 1_000),
  (instant.getTime() % 1_000) * 1_000_000,
];
