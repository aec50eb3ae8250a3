import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CollectedSpan, eventually, REPOSITORY, startCollector, startStack, tool } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAuthorities, startAuthorities } from '../../packages/signing/test/authorities.js';
import { expressions, metricsIn } from '../observability/expressions.js';
import { packRequest, type ReportResource } from './client.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const STAGES = ['scoping', 'mapping', 'renderer', 'expiry'] as const;

const collector = await startCollector();
let authorities: LocalAuthorities | undefined;
let stack: Awaited<ReturnType<typeof startStack>>;
let reportId: string;

/** One report, asked for by a caller that is traced itself; signed at a level that needs authorities where openssl can play them. */
beforeAll(async () => {
  authorities = (await tool('openssl')) ? await startAuthorities() : undefined;
  await authorities?.issueSigner('signer', 'ocsp');
  const archived = authorities && {
    SIGNING_KEY_FILE: `${authorities.folder}/signer.key`,
    SIGNING_CERTIFICATE_FILE: `${authorities.folder}/signer.crt`,
    SIGNATURE_LEVEL: 'B-LT',
    TSA_URL: `${authorities.url}/tsr`,
    TRUSTED_AUTHORITIES_FILE: `${authorities.folder}/root.crt`,
  };
  stack = await startStack({ env: { ...collector.env, ...archived } });
  const sample = await readFile(join(REPOSITORY, 'deploy/local/samples/support-chat.report.jsonl'));
  await post('/findings/import?endpoint_id=ep_support_chat', sample);
  const answer = await post('/reports', JSON.stringify(packRequest('pdf')), {
    'content-type': 'application/json',
    prefer: 'wait=30',
    traceparent: `00-${TRACE}-${CALLER}-01`,
  });
  const report = (await answer.json()) as ReportResource;
  expect(report).toMatchObject({ status: 'ready' });
  reportId = report.id;
});
afterAll(async () => {
  await stack?.dispose();
  await authorities?.stop();
  await collector.stop();
});

async function post(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const authorization = `Bearer ${stack.token}`;
  const answer = await fetch(`${stack.url}/api/v2${path}`, {
    method: 'POST',
    headers: { authorization, ...headers },
    body,
  });
  expect(answer.ok).toBe(true);
  return answer;
}

const ofTrace = (traceId: string) => collector.spans.filter((span) => span.traceId === traceId);

/** The one span of the trace that a service has made under that name. */
function one(service: string, name: string): CollectedSpan {
  const found = ofTrace(TRACE).filter((span) => span.service === service && span.name === name);
  expect(found, `${service}: ${name}`).toHaveLength(1);
  return found[0] as CollectedSpan;
}

/** What an append has written. */
const typesOf = ({ attributes }: CollectedSpan) => (attributes['evidence.event.types'] as string[]).join();

/** Names from a span up to the caller. */
function pathOf(span: CollectedSpan): string[] {
  const parent = ofTrace(TRACE).find(({ spanId }) => spanId === span.parentSpanId);
  return [span.name, ...(parent ? pathOf(parent) : [span.parentSpanId])];
}

test('a report is one trace, from the request over the bus and the store to the signed artifact', async () => {
  await eventually(() => one('expiry', 'process ReportReady'));
  const appended = ofTrace(TRACE).filter(({ name }) => name === 'append report');
  const served = one('gateway', 'POST /api/v2/reports');
  expect(served).toMatchObject({ kind: 'server', parentSpanId: CALLER });
  expect(appended.map((span) => `${span.service}: ${typesOf(span)}`).sort()).toEqual([
    'gateway: ReportRequested',
    'mapping: ReportMapped',
    'renderer: ReportReady',
    'scoping: ReportScoped',
    'scoping: ReportStarted',
  ]);
  for (const span of appended) {
    expect(span.kind).toBe('client');
    expect(span.attributes).toMatchObject({ 'db.system.name': 'kurrentdb', 'db.operation.name': 'append' });
  }
  for (const span of ofTrace(TRACE)) expect(pathOf(span).at(-1), span.name).toBe(CALLER);

  const hops = [
    ['gateway', 'ReportRequested', 'scoping'],
    ['scoping', 'ReportScoped', 'mapping'],
    ['mapping', 'ReportMapped', 'renderer'],
    ['renderer', 'ReportReady', 'expiry'],
  ] as const;
  for (const [from, type, to] of hops) {
    const sent = one(from, `send ${type}`);
    const processed = one(to, `process ${type}`);
    expect(sent.kind).toBe('producer');
    expect(processed.kind).toBe('consumer');
    expect(processed.parentSpanId).toBe(sent.spanId);
    expect(processed.links).toEqual([]);
    for (const { attributes } of [sent, processed]) expect(attributes).toMatchObject({ 'messaging.system': 'nats' });
    expect(processed.attributes['messaging.message.id']).toBe(sent.attributes['messaging.message.id']);
    expect(processed.attributes).toMatchObject({
      'evidence.report.id': reportId,
      'messaging.operation.type': 'process',
    });
  }
  expect(pathOf(one('scoping', 'scope report'))).toContain('start report');
  expect(pathOf(one('mapping', 'map report'))).toContain('process ReportScoped');
  const rendered = one('renderer', 'render report');
  expect(pathOf(rendered)).toContain('process ReportMapped');
  const inThread = ofTrace(TRACE).filter(({ parentSpanId }) => parentSpanId === rendered.spanId);
  const made = inThread.map(({ name }) => name);
  expect(made.filter((name) => name === 'sign')).toHaveLength(2);
  // The retention policy. The report itself came from the log without a read, unless its message was faster.
  expect(ofTrace(TRACE).some(({ name }) => name === 'read tenant')).toBe(true);
});

test('the calls to a time-stamping authority and to an OCSP responder are spans of the rendering', ({ skip }) => {
  if (!authorities) skip('openssl is not installed, which plays the authorities');
  for (const name of ['time-stamp', 'revocation status']) {
    const calls = ofTrace(TRACE).filter((span) => span.name === name);
    expect(calls.length, name).toBeGreaterThan(0);
    for (const call of calls) {
      expect(call.kind).toBe('client');
      expect(pathOf(call)).toContain('render report');
    }
  }
});

test('the log lines of the gateway and of each stage carry the trace', async () => {
  const folder = join(stack.dataDir, 'logs');
  const lines = (await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8'))))
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.includes(TRACE))
    .map((line) => JSON.parse(line) as { service: string; trace_id: string; span_id: string });
  for (const service of ['gateway', ...STAGES]) {
    const own = lines.filter((line) => line.service === service && line.trace_id === TRACE);
    expect(own.length, service).toBeGreaterThan(0);
    for (const { span_id } of own) expect(ofTrace(TRACE).map(({ spanId }) => spanId)).toContain(span_id);
  }
});

test('every service sends its figures: durations, ages, ends of deliveries, artifacts, quarantine, queues; none by report or tenant', async () => {
  const sumOf = (service: string, metric: string, wanted: Readonly<Record<string, string>> = {}) =>
    (collector.metricsOf(service).get(metric) ?? [])
      .filter(({ attributes }) => Object.entries(wanted).every(([name, value]) => attributes[name] === value))
      .reduce<number | undefined>((sum, { value }) => (sum ?? 0) + value, undefined);
  await eventually(() => {
    for (const stage of STAGES) {
      expect(sumOf(stage, 'evidence_deliveries_total', { outcome: 'handled' }), stage).toBeGreaterThan(0);
      for (const outcome of ['retried', 'parked', 'let_go', 'unparked'])
        expect(sumOf(stage, 'evidence_deliveries_total', { outcome }), `${stage} ${outcome}`).toBe(0);
      expect(sumOf(stage, 'evidence_delivery_duration_seconds'), stage).toBeGreaterThan(0);
      expect(sumOf(stage, 'evidence_event_age_seconds'), stage).toBeGreaterThan(0);
      expect(sumOf(stage, 'evidence_relay_lag_seconds'), stage).toBeDefined();
      expect(sumOf('gateway', 'evidence_consumer_messages', { service: stage }), stage).toBeDefined();
    }
    expect(sumOf('renderer', 'evidence_artifact_bytes', { format: 'pdf' })).toBe(1);
    expect(sumOf('renderer', 'evidence_report_duration_seconds', { format: 'pdf' })).toBe(1);
    for (const service of ['gateway', 'scoping', 'expiry'])
      expect(sumOf(service, 'evidence_quarantined_events'), service).toBe(0);
    for (const service of ['gateway', ...STAGES])
      expect(sumOf(service, 'process_cpu_seconds_total')).toBeGreaterThan(0);
  });
  const attributes = ['gateway', ...STAGES].flatMap((service) =>
    [...collector.metricsOf(service).values()].flat().map((point) => JSON.stringify(point.attributes)),
  );
  expect(attributes.filter((text) => /rpt_|acme/.test(text))).toEqual([]);
});

test('what rules and dashboards read is there', () => {
  const sent = new Set(['gateway', ...STAGES].flatMap((service) => [...collector.metricsOf(service).keys()]));
  for (const [where, expr] of expressions)
    for (const metric of metricsIn(expr)) expect([...sent], `${where} reads ${metric}`).toContain(metric);
});

test('what is read and published again has traces of its own, which point at the one that they repeat', async () => {
  await stack.stop();
  const before = ofTrace(TRACE).length;
  for (const folder of ['views', 'nats']) await rm(join(stack.dataDir, folder), { recursive: true });
  const known = new Set(collector.spans.map(({ spanId }) => spanId));
  await stack.start();
  const anew = (service: string, name: string) =>
    collector.spans.filter((span) => !known.has(span.spanId) && span.service === service && span.name === name);
  await eventually(() => {
    for (const [service, name] of [
      ['gateway', 'catch up'],
      ['scoping', 'catch up'],
      ['expiry', 'catch up'],
      ['gateway', 'send ReportRequested'],
      ['scoping', 'process ReportRequested'],
      ['mapping', 'process ReportScoped'],
    ] as const)
      expect(
        anew(service, name).flatMap(({ links }) => links),
        `${service}: ${name}`,
      ).toContain(TRACE);
  });
  expect(anew('gateway', 'catch up').every(({ parentSpanId }) => parentSpanId === '')).toBe(true);
  expect(ofTrace(TRACE)).toHaveLength(before);
}, 60_000);
