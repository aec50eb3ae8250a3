import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envelop, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { type EventLog, eventLogOver, tracedLog } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { openViewFile, startProjection } from '@evidence/event-store/view';
import { inSpan } from '@evidence/runtime/trace';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { all } from './scenario.js';

const STREAM = streamOf.report('rpt_2026_6a3cde4gxwq2m5k7vhp9rt2yb4');
const TRACE_IDS = ['0af7651916cd43dd8448eb211c80319c', '1bf7651916cd43dd8448eb211c80319c'];

const spans = new InMemorySpanExporter();
const processor = new SimpleSpanProcessor({ exporter: spans });
const sdk = new NodeSDK({
  spanProcessors: [processor],
  metricReaders: [],
  logRecordProcessors: [],
});
sdk.start();
afterAll(() => sdk.shutdown());

let log: EventLog;
beforeEach(() => {
  spans.reset();
  const store = openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-01-31T12:00:00Z') });
  log = tracedLog(eventLogOver(store), 'sqlite');
});
afterEach(() => log.close());

async function finished() {
  await processor.forceFlush();
  return spans.getFinishedSpans();
}

function requested(traceId?: string) {
  const { eventId: _, schema: __, ...provenance } = exampleMetadata();
  const trace = traceId ? { traceparent: `00-${traceId}-b7ad6b7169203331-01` } : {};
  return envelop(
    randomUUID(),
    { type: 'ReportRequested', data: exampleOf('ReportRequested') },
    {
      ...provenance,
      ...trace,
    },
  );
}

test('an append and a read are spans of the trace that they belong to', async () => {
  await inSpan('work', {}, async () => {
    await log.append(STREAM, 'no_stream', [requested()]);
    await all(log.readStream(STREAM));
  });
  const made = await finished();
  const parent = made.find(({ name }) => name === 'work')?.spanContext().spanId;
  const common = { 'db.system.name': 'sqlite', 'db.collection.name': 'report', 'evidence.stream': STREAM };
  for (const [name, attributes] of [
    ['append report', { 'db.operation.name': 'append', 'evidence.event.types': ['ReportRequested'] }],
    ['read report', { 'db.operation.name': 'read', 'db.response.returned_rows': 1 }],
  ] as const) {
    const span = made.find((one) => one.name === name);
    expect(span?.kind).toBe(SpanKind.CLIENT);
    expect(span?.parentSpanContext?.spanId).toBe(parent);
    expect(span?.attributes).toMatchObject({ ...common, ...attributes });
  }
});

test('the span of a refused append has the error, and a reader that stops early ends its span', async () => {
  await log.append(STREAM, 'no_stream', [requested(), requested()]);
  await inSpan('work', {}, async () => {
    await expect(log.append(STREAM, 'no_stream', [requested()])).rejects.toThrow();
    for await (const _ of log.readStream(STREAM)) break;
  });
  const [append, read] = await finished();
  expect(append?.status.code).toBe(SpanStatusCode.ERROR);
  expect(append?.attributes['error.type']).toBe('wrong_expected_revision');
  expect(read?.attributes['db.response.returned_rows']).toBe(1);
});

test('work outside a trace creates no span', async () => {
  await log.append(STREAM, 'no_stream', [requested()]);
  await all(log.readStream(STREAM));
  await all(log.readAll());
  expect(await finished()).toEqual([]);
});

test('a view that catches up creates one span per batch, with a link to each trace, and none for live events', async () => {
  await log.append(STREAM, 'any', [requested(TRACE_IDS[0]), requested(TRACE_IDS[1]), requested(TRACE_IDS[0])]);
  const folder = mkdtempSync(join(tmpdir(), 'view-'));
  const view = openViewFile({ file: join(folder, 'view.sqlite'), schemaVersion: 1, schema: '' });
  const projection = startProjection({ name: 'reports', store: log, view, apply: () => undefined });
  onTestFinished(async () => {
    await projection.stop();
    view.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await projection.caughtUp;
  const [span, ...others] = await finished();
  expect(others).toEqual([]);
  expect(span?.name).toBe('catch up');
  expect(span?.parentSpanContext).toBeUndefined();
  expect(span?.attributes).toEqual({ 'evidence.view': 'reports', 'evidence.view.events': 3 });
  expect(span?.links.map(({ context }) => context.traceId)).toEqual(TRACE_IDS);

  spans.reset();
  const { position } = await log.append(STREAM, 'any', [requested(TRACE_IDS[0])]);
  await projection.reached(position, 5_000);
  expect(await finished()).toEqual([]);
});
