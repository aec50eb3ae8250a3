import { documentSchemas, type ReportAccepted, type ReportRequested, streamOf } from '@evidence/contracts';
import { expect, test } from 'vitest';
import { GatewayUnderTest, seedRequest } from '../../gateway-under-test.js';

const TEMPLATE = documentSchemas['PackTemplate.v1'].examples[0];

interface Refused {
  readonly error: string;
  readonly detail: string;
  readonly field?: string;
  readonly value?: unknown;
  readonly allowed?: readonly string[];
}

const ask = <Body = Refused>(gateway: GatewayUnderTest, template: unknown, more: object = {}, headers = {}) =>
  gateway.call<Body>('/api/v2/reports', { method: 'POST', json: { ...seedRequest, template, ...more }, headers });

test('a template is recorded with the request as it was sent, and not shown in lists', async () => {
  const gateway = await GatewayUnderTest.open();
  const { status, json } = await ask<ReportAccepted>(gateway, TEMPLATE);
  expect(status).toBe(202);
  const [requested] = await gateway.recordedIn(streamOf.report(json.id));
  expect((requested?.data as ReportRequested | undefined)?.template).toEqual(TEMPLATE);
  expect((await gateway.call('/api/v2/reports')).body.toString()).not.toContain('forEach');
});

test('a template is refused if templates are turned off, and a request without one is accepted', async () => {
  const gateway = await GatewayUnderTest.open({ packTemplates: 'off' });
  const { status, json } = await ask(gateway, TEMPLATE);
  expect([status, json.error, json.field]).toEqual([400, 'invalid_request', '/template']);
  expect(json.detail).toContain('turned off');
  const standard = await gateway.call<ReportAccepted>('/api/v2/reports', { method: 'POST', json: seedRequest });
  expect(standard.status).toBe(202);
});

test('a request without a template has none', async () => {
  const gateway = await GatewayUnderTest.open();
  const { json } = await gateway.call<ReportAccepted>('/api/v2/reports', { method: 'POST', json: seedRequest });
  const [requested] = await gateway.recordedIn(streamOf.report(json.id));
  expect(requested?.data).not.toHaveProperty('template');
});

test('a different template is a different body for an idempotency key', async () => {
  const gateway = await GatewayUnderTest.open();
  const headers = { 'idempotency-key': '"one"' };
  const first = await ask<ReportAccepted>(gateway, TEMPLATE, {}, headers);
  expect((await ask<ReportAccepted>(gateway, TEMPLATE, {}, headers)).json.id).toBe(first.json.id);
  const other = await ask(gateway, { content: ['x'] }, {}, headers);
  expect(other).toMatchObject({ status: 422, json: { error: 'idempotency_key_reused' } });
});

test.each<[what: string, template: unknown, more: object, refused: Partial<Refused>]>([
  ['with JSON', TEMPLATE, { format: 'json' }, { field: '/template', detail: expect.stringContaining('format "pdf"') }],
  [
    'with a typing error',
    { content: ['{{ report.titel }}'] },
    {},
    {
      field: '/template/content/0',
      value: '{{ report.titel }}',
      allowed: expect.arrayContaining(['report.title']),
      detail: expect.stringContaining('"report" has no "titel"'),
    },
  ],
  [
    'that refers to a file',
    { content: [{ stack: ['x', { image: 'file:///etc/passwd' }] }] },
    {},
    { field: '/template/content/0/stack/1/image', value: 'file:///etc/passwd' },
  ],
  [
    'that refers to a URL',
    { content: [{ text: 'x', link: 'http://127.0.0.1:1/' }] },
    {},
    { field: '/template/content/0/link', value: 'http://127.0.0.1:1/' },
  ],
  [
    'that loops',
    {
      content: [
        {
          forEach: 'report.findings',
          as: 'f',
          content: [{ forEach: 'report.findings', as: 'g', content: ['x'], empty: ['y'] }],
          empty: ['z'],
        },
      ],
    },
    {},
    { field: '/template/content/0/content/0/forEach', value: 'report.findings' },
  ],
  [
    'with an unknown style',
    { content: [{ text: 'x', style: 'notes' }], styles: { note: {} } },
    {},
    { field: '/template/content/0/style', value: 'notes', allowed: ['note'] },
  ],
  ['that is too large', { content: Array.from({ length: 70 }, () => 'x'.repeat(1_000)) }, {}, { field: '/template' }],
  ['that is not an object', 'x', {}, { field: '/template', value: 'x' }],
])('a template %s is refused with its location, and nothing is appended', async (_, template, more, refused) => {
  const gateway = await GatewayUnderTest.open();
  const before = await gateway.eventCount();
  const { status, json } = await ask(gateway, template, more);
  expect({ status, ...json }).toMatchObject({ status: 400, error: 'invalid_request', ...refused });
  expect(await gateway.eventCount()).toBe(before);
});

test('a template 10,000 levels deep is refused with its location, because no parser recurses into it', async () => {
  const gateway = await GatewayUnderTest.open();
  const deep = `${'{"stack":['.repeat(10_000)}"x"${']}'.repeat(10_000)}`;
  const body = JSON.stringify({ ...seedRequest, template: { content: ['HERE'] } }).replace('"HERE"', deep);
  const { status, json } = await gateway.call<Refused>('/api/v2/reports', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  expect({ status, error: json.error }).toEqual({ status: 400, error: 'invalid_request' });
  expect(json.field).toMatch(/^\/template\/content\/0(\/stack(\/0)?)+$/);
});
