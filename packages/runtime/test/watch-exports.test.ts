import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import { expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../src/log.js';
import { startTracing } from '../src/tracing.js';

/** A collector that can be started and stopped at its address. */
async function collectorAtTimes() {
  const server = createServer((request, response) => request.resume().on('end', () => response.end()));
  const start = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  await start(0);
  const { port } = server.address() as AddressInfo;
  await stop();
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${port}`, start: () => start(port), stop };
}

it('logs once that traces cannot be sent, and once that they can again', async () => {
  const collector = await collectorAtTimes();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
  process.env.OTEL_EXPORTER_OTLP_TIMEOUT = '1000';
  const lines: { level: number; msg: string; reason?: string }[] = [];
  const logger = createLogger('gateway', { destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const tracing = await startTracing({ service: 'gateway', env: process.env, logger });
  onTestFinished(() => tracing.shutdown());
  const exportOne = async () => {
    trace.getTracer('test').startSpan('work').end();
    await tracing.flush();
  };
  await exportOne();
  await exportOne();
  expect(lines).toMatchObject([
    { level: 40, msg: expect.stringMatching(/^traces cannot be sent .* OTEL_EXPORTER_OTLP_ENDPOINT/) },
  ]);
  expect(lines[0]?.reason).toContain('ECONNREFUSED');

  await collector.start();
  await exportOne();
  await exportOne();
  expect(lines.slice(1)).toMatchObject([{ level: 30, msg: 'traces are sent to the collector again' }]);

  await collector.stop();
  await exportOne();
  expect(lines.slice(2)).toMatchObject([{ level: 40 }]);
});
