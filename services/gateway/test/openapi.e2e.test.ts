import { documentSchemas } from '@evidence/contracts';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { assertDeclared, contract, METHODS, resolved, schemaOf } from './declared.js';
import { GatewayUnderTest } from './gateway-under-test.js';

test('the document, as it is served with all schemas inside, is valid OpenAPI 3.1', async () => {
  const gateway = await GatewayUnderTest.open();
  const { json } = await gateway.call('/openapi.json', { token: null });
  expect(Object.keys(json.paths as object)).toEqual(Object.keys(contract.paths));
  const validator = new Validator();
  const { valid, errors } = await validator.validate(json);
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

/** Every reference in the document. */
function referencesIn(node: unknown): string[] {
  if (node === null || typeof node !== 'object') return [];
  const own = '$ref' in node && typeof node.$ref === 'string' ? [node.$ref] : [];
  return [...own, ...Object.values(node).flatMap(referencesIn)];
}

test('every reference leads somewhere, and every document of the calls is used', () => {
  const references = [...new Set(referencesIn(contract))];
  expect(references.length).toBeGreaterThan(30);
  for (const $ref of references) {
    if ($ref.startsWith('#/')) expect(resolved({ $ref })).toBeDefined();
    else expect(() => schemaOf({ $ref })).not.toThrow();
  }
  const used = references.flatMap(($ref) => /^\.\.\/documents\/(.+)\.json/.exec($ref)?.[1] ?? []);
  expect(used.filter((name) => !(name in documentSchemas))).toEqual([]);
});

test('the routes are those of the document, and no others', async () => {
  const gateway = await GatewayUnderTest.open();
  const registered = [...gateway.gateway.routes].flatMap(([url, methods]) =>
    [...methods].map((method) => `${method} ${url.replace(/:([a-z]+)/g, '{$1}')}`),
  );
  const declared = Object.entries(contract.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => `${method.toUpperCase()} ${path}`),
  );
  // HEAD stands beside every GET, as the document's description says.
  const implied = declared.filter((call) => call.startsWith('GET ')).map((call) => call.replace('GET', 'HEAD'));
  expect(registered.toSorted()).toEqual([...new Set([...declared, ...implied])].toSorted());
});

test('every operation is named once, says what it needs, and who may call it', () => {
  const operations = Object.values(contract.paths).flatMap((item) => METHODS.flatMap((method) => item[method] ?? []));
  const ids = operations.map((operation) => (operation as { operationId?: string }).operationId);
  expect(new Set(ids).size).toBe(operations.length);
  for (const operation of operations) {
    const { security, responses } = operation as { security?: readonly object[]; responses: object };
    expect(security).toBeDefined();
    for (const status of ['401', '429']) expect(status in responses).toBe((security?.length ?? 0) > 0);
  }
});

test('an answer that is not declared is noticed: its status, its media type, its body, its headers', () => {
  const answer = {
    method: 'GET',
    url: 'http://127.0.0.1/healthz',
    status: 200,
    headers: new Headers({ 'content-type': 'application/json' }),
    body: Buffer.from('{"status":"ok"}\n'),
  };
  const unauthenticated = {
    ...answer,
    url: 'http://127.0.0.1/api/v2/reports',
    status: 401,
    headers: new Headers({ 'content-type': 'application/problem+json' }),
    body: Buffer.from(`${JSON.stringify(documentSchemas['Problem.v1'].examples[0])}\n`),
  };
  expect(() => assertDeclared(answer)).not.toThrow();
  expect(() => assertDeclared({ ...answer, status: 201 })).toThrow('not declared');
  expect(() => assertDeclared({ ...answer, headers: new Headers() })).toThrow('media type');
  expect(() => assertDeclared({ ...answer, body: Buffer.from('{"status":"fine"}\n') })).toThrow('status');
  expect(() => assertDeclared({ ...answer, body: Buffer.from('{"status":"ok"}') })).toThrow(
    'does not end its last line',
  );
  expect(() => assertDeclared(unauthenticated)).toThrow('lacks the header WWW-Authenticate');
});
