import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../src/log.js';
import { activeTrace, contextOf, linkTo } from '../src/trace.js';
import { startTracing } from '../src/tracing.js';

const exported: string[] = [];
let activeDuringPing = false;
let endpoint = '';
const collector = createServer((request, response) => {
  if (request.url === '/ping') activeDuringPing = trace.getActiveSpan() !== undefined;
  else exported.push(request.url ?? '');
  request.resume().on('end', () => response.end());
});
beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  endpoint = `http://127.0.0.1:${port}`;
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
});
afterAll(() => void collector.close());

it('is off without an endpoint: no trace is propagated', async () => {
  const off = await startTracing({ service: 'scoping', env: {} });
  trace.getTracer('test').startActiveSpan('work', (span) => {
    expect(activeTrace()).toEqual({});
    span.end();
  });
  await off.shutdown();
});

it('propagates a trace through an event, traces HTTP, and exports the spans at shutdown', async () => {
  const tracing = await startTracing({ service: 'gateway', env: process.env, http: true });
  expect(tracing.fastifyPlugin).toBeTypeOf('function');
  const carrier = trace.getTracer('test').startActiveSpan('append', (span) => {
    const carried = activeTrace();
    expect(carried.traceparent).toContain(span.spanContext().traceId);
    span.end();
    return carried;
  });
  const continued = contextOf(carrier);
  context.with(continued, () => {
    expect(activeTrace().traceparent).toBe(carrier.traceparent);
  });
  expect(linkTo(carrier, continued)).toEqual([]);
  expect(linkTo(carrier, ROOT_CONTEXT)).toMatchObject([{ context: { traceId: carrier.traceparent?.split('-')[1] } }]);
  expect(linkTo({}, ROOT_CONTEXT)).toEqual([]);
  const line = trace.getTracer('test').startActiveSpan('log', (span) => {
    let written = '';
    createLogger('gateway', { destination: { write: (text) => (written = text) } }).info('hello');
    span.end();
    return { ...JSON.parse(written), expected: span.spanContext() };
  });
  const { traceId: trace_id, spanId: span_id } = line.expected;
  expect(line).toMatchObject({ trace_id, span_id, trace_flags: '01' });
  await fetch(`${endpoint}/ping`);
  expect(activeDuringPing).toBe(true);
  await tracing.shutdown();
  expect(exported).toEqual(['/v1/traces']);
});
