import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@evidence/runtime';
import type { Tracing } from '@evidence/runtime/trace';
import { expect, onTestFinished, test } from 'vitest';
import { exportMetrics } from '../src/otlp-metrics.js';

test('the log says once that metrics cannot be sent, and once that they can again', async () => {
  const server = createServer((request, response) => request.resume().on('end', () => response.end()));
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  onTestFinished(() => void server.close());
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`;
  // The exporter retries until then.
  process.env.OTEL_EXPORTER_OTLP_TIMEOUT = '500';
  onTestFinished(() => {
    delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
    delete process.env.OTEL_EXPORTER_OTLP_TIMEOUT;
  });

  let exports = 0;
  const getMetricsAsJSON = async () => {
    exports += 1;
    return [];
  };
  const said: string[] = [];
  const logger = createLogger('gateway', { destination: { write: (line) => void said.push(JSON.parse(line).msg) } });
  const resource = { attributes: { 'service.name': 'gateway' } } as unknown as NonNullable<Tracing['resource']>;
  const env = { OTEL_METRIC_EXPORT_INTERVAL: '100' };
  const stop = await exportMetrics({ getMetricsAsJSON }, { resource, env, logger, now: () => new Date() });
  onTestFinished(stop);
  await expect.poll(() => exports, { timeout: 10_000 }).toBeGreaterThan(3);
  expect(said).toEqual([expect.stringMatching(/^metrics cannot be sent .* OTEL_EXPORTER_OTLP_ENDPOINT/)]);
  await listen(port);
  await expect.poll(() => said[1], { timeout: 10_000 }).toBe('metrics are sent to the collector again');
});
