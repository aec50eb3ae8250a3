import { DataPointType } from '@opentelemetry/sdk-metrics';
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { expect, it } from 'vitest';
import { metricDataOf } from '../src/metric-data.js';

const startedAt = new Date('2026-11-30T10:00:00.250Z');
const now = new Date('2026-11-30T10:01:00.000Z');
const times = { startTime: [1_796_032_800, 250_000_000], endTime: [1_796_032_860, 0] };

it("translates prom-client's metrics into OpenTelemetry's data model", async () => {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'a_total', help: 'A.', labelNames: ['outcome'], registers }).inc({ outcome: 'handled' }, 3);
  new Gauge({ name: 'b', help: 'B.', registers }).set(-1.5);
  const histogram = new Histogram({
    name: 'c_seconds',
    help: 'C.',
    labelNames: ['format'],
    buckets: [1, 5],
    registers,
  });
  for (const seconds of [0.5, 1, 3, 60]) histogram.observe({ format: 'pdf' }, seconds);
  histogram.observe({ format: 'json' }, 7);
  new Summary({ name: 'd', help: 'D.', registers }).observe(1);

  const [counter, gauge, measured, ...others] = metricDataOf(await registry.getMetricsAsJSON(), startedAt, now);
  expect(others).toEqual([]);
  expect(counter).toMatchObject({
    descriptor: { name: 'a_total', description: 'A.', unit: '' },
    aggregationTemporality: 1,
    dataPointType: DataPointType.SUM,
    isMonotonic: true,
    dataPoints: [{ ...times, attributes: { outcome: 'handled' }, value: 3 }],
  });
  expect(gauge).toMatchObject({ dataPointType: DataPointType.GAUGE, dataPoints: [{ attributes: {}, value: -1.5 }] });
  expect(measured).toMatchObject({
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: [
      {
        ...times,
        attributes: { format: 'pdf' },
        value: { buckets: { boundaries: [1, 5], counts: [2, 1, 1] }, sum: 64.5, count: 4 },
      },
      {
        attributes: { format: 'json' },
        value: { buckets: { boundaries: [1, 5], counts: [0, 0, 1] }, sum: 7, count: 1 },
      },
    ],
  });
});
