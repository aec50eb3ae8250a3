import { activeTrace } from '@evidence/runtime';
import { eventually } from '@evidence/testkit';
import { SpanKind } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { World } from './world.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;

const spans = new InMemorySpanExporter();
const sdk = new NodeSDK({
  spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
  metricReaders: [],
  logRecordProcessors: [],
});
sdk.start();
afterAll(() => sdk.shutdown());
beforeEach(() => spans.reset());

const spanOf = (kind: SpanKind) => spans.getFinishedSpans().find((span) => span.kind === kind);

it('carries the trace of an append over the relay into the handler', async () => {
  const world = await World.open();
  await world.gateway();
  const seen: (string | undefined)[] = [];
  await world.service('scoping', 'ReportRequested', async () => void seen.push(activeTrace().traceparent));
  // The log is empty: once an event went through, the relay has caught up, and what follows is news.
  await world.request(0);
  await eventually(() => expect(seen).toHaveLength(1));
  spans.reset();

  await world.request(1, { traceparent });
  await eventually(() => expect(spanOf(SpanKind.CONSUMER)).toBeDefined());
  const producer = spanOf(SpanKind.PRODUCER);
  const consumer = spanOf(SpanKind.CONSUMER);
  expect(producer?.parentSpanContext).toMatchObject({ traceId: TRACE_ID, spanId: 'b7ad6b7169203331' });
  expect(consumer?.parentSpanContext?.spanId).toBe(producer?.spanContext().spanId);
  expect(seen[1]).toBe(`00-${TRACE_ID}-${consumer?.spanContext().spanId}-01`);
  expect(consumer?.attributes).toMatchObject({ 'messaging.system': 'nats', 'messaging.operation.type': 'process' });
});

it('links a replay to the trace it repeats, and does not lengthen that', async () => {
  const world = await World.open();
  await world.request(1, { traceparent });
  await world.gateway();
  await world.service('scoping', 'ReportRequested', async () => {});
  await eventually(() => expect(spanOf(SpanKind.CONSUMER)).toBeDefined());
  for (const kind of [SpanKind.PRODUCER, SpanKind.CONSUMER]) {
    expect(spanOf(kind)?.spanContext().traceId).not.toBe(TRACE_ID);
    expect(spanOf(kind)?.links).toMatchObject([{ context: { traceId: TRACE_ID } }]);
  }
});
