import { streamOf } from '@evidence/contracts';
import { activeTrace } from '@evidence/runtime/trace';
import { eventually } from '@evidence/testkit';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { redrive } from '../src/redrive.js';
import { subjectOf } from '../src/subjects.js';
import { reportIdOf, TENANT, World } from './world.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;

const spans = new InMemorySpanExporter();
const processor = new SimpleSpanProcessor({ exporter: spans });
const sdk = new NodeSDK({
  spanProcessors: [processor],
  metricReaders: [],
  logRecordProcessors: [],
});
sdk.start();
afterAll(() => sdk.shutdown());
beforeEach(() => spans.reset());

const spansOf = (kind: SpanKind) => spans.getFinishedSpans().filter((span) => span.kind === kind);
const spanOf = (kind: SpanKind) => spansOf(kind)[0];

it('carries the trace of an append through the relay into the handler', async () => {
  const world = await World.open();
  await world.gateway();
  const seen: (string | undefined)[] = [];
  await world.service('scoping', 'ReportRequested', async () => void seen.push(activeTrace().traceparent));
  // The log is empty, so the relay has caught up once an event was delivered, and later events are new.
  await world.request(0);
  await eventually(() => expect(spanOf(SpanKind.CONSUMER)).toBeDefined());
  spans.reset();

  await world.request(1, { traceparent });
  await eventually(() => expect(spanOf(SpanKind.CONSUMER)).toBeDefined());
  await processor.forceFlush();
  const producer = spanOf(SpanKind.PRODUCER);
  const consumer = spanOf(SpanKind.CONSUMER);
  expect(producer?.parentSpanContext).toMatchObject({ traceId: TRACE_ID, spanId: 'b7ad6b7169203331' });
  expect(consumer?.parentSpanContext?.spanId).toBe(producer?.spanContext().spanId);
  expect(seen[1]).toBe(`00-${TRACE_ID}-${consumer?.spanContext().spanId}-01`);
  const subject = subjectOf('ReportRequested', TENANT, reportIdOf(1));
  const common = {
    'messaging.system': 'nats',
    'messaging.destination.name': subject,
    'messaging.destination.template': 'reports.v1.*.*.requested',
    'messaging.message.id': (await world.eventsOf(streamOf.report(reportIdOf(1))))[0]?.id,
  };
  expect(producer?.name).toBe('send ReportRequested');
  expect(producer?.attributes).toMatchObject({
    ...common,
    'messaging.operation.type': 'send',
    'messaging.operation.name': 'publish',
  });
  expect(consumer?.name).toBe('process ReportRequested');
  expect(consumer?.attributes).toMatchObject({
    ...common,
    'messaging.operation.type': 'process',
    'messaging.operation.name': 'process',
    'messaging.consumer.group.name': 'scoping',
    'evidence.report.id': reportIdOf(1),
    'evidence.delivery.count': 1,
    'evidence.delivery.outcome': 'handled',
  });
  expect(consumer?.links).toEqual([]);
});

it('records on its span how a delivery failed, and continues the trace of a report that is redriven', async () => {
  const world = await World.open();
  const gateway = await world.gateway();
  let deliveries = 0;
  await world.service('scoping', 'ReportRequested', async () => {
    deliveries += 1;
    if (deliveries === 1) throw Object.assign(new Error('not now'), { retryable: false });
  });
  await world.request(0);
  await eventually(() => expect(spanOf(SpanKind.CONSUMER)?.attributes['evidence.delivery.outcome']).toBe('parked'));
  expect(spanOf(SpanKind.CONSUMER)?.status.code).toBe(SpanStatusCode.ERROR);
  await world.request(1, { traceparent });
  await eventually(() => expect(spansOf(SpanKind.CONSUMER)).toHaveLength(2));
  spans.reset();
  await redrive(world.store, gateway.nc, reportIdOf(1));
  await eventually(() => expect(spanOf(SpanKind.CONSUMER)).toBeDefined());
  expect(spanOf(SpanKind.CONSUMER)?.parentSpanContext?.traceId).toBe(TRACE_ID);
});

it('links a replay to the trace that it repeats, and does not extend that trace', async () => {
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
