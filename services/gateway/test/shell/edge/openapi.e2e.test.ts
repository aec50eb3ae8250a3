import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documentSchemas } from '@evidence/contracts';
import { openApi } from '@evidence/contracts/openapi';
import { REPOSITORY } from '@evidence/testkit';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { Problem } from '../../../src/core/call/problem.js';
import { answerOf } from '../../../src/core/http/problem-answer.js';
import { assertDeclared, contract, METHODS, resolved, schemaOf } from '../../declared.js';
import { GatewayUnderTest } from '../../gateway-under-test.js';

test('the served document, with all schemas inside, is valid OpenAPI 3.1', async () => {
  const gateway = await GatewayUnderTest.open();
  const { json } = await gateway.call('/openapi.json', { token: null });
  const calls = Object.entries(contract.paths).filter(([, item]) => !('x-page' in item));
  expect(Object.keys(json.paths as object)).toEqual(calls.map(([path]) => path));
  const validator = new Validator();
  const { valid, errors } = await validator.validate(json);
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

test('contracts/http has the same document as YAML and as JSON', async () => {
  const file = (name: string) => readFile(join(REPOSITORY, 'contracts', 'http', name), 'utf8');
  expect(parse(await file('openapi.yaml'))).toEqual(openApi);
  expect(JSON.parse(await file('openapi.json'))).toEqual(openApi);
});

/** Every reference in the document. */
function referencesIn(node: unknown): string[] {
  if (node === null || typeof node !== 'object') return [];
  const own = '$ref' in node && typeof node.$ref === 'string' ? [node.$ref] : [];
  return [...own, ...Object.values(node).flatMap(referencesIn)];
}

test('no reference is broken, and every document of the calls is used', () => {
  const references = [...new Set(referencesIn(contract))];
  expect(references.length).toBeGreaterThan(30);
  for (const $ref of references) {
    if ($ref.startsWith('#/')) expect(resolved({ $ref })).toBeDefined();
    else expect(() => schemaOf({ $ref })).not.toThrow();
  }
  const used = references.flatMap(($ref) => /^\.\.\/documents\/(.+)\.json/.exec($ref)?.[1] ?? []);
  expect(used.filter((name) => !(name in documentSchemas))).toEqual([]);
});

interface QueryParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly $ref: string };
}
interface QueryDocument {
  readonly description: string;
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, { readonly $ref?: string }>>;
}

test('the members of a query’s document are the parameters of its call', () => {
  const queries = Object.entries(documentSchemas as unknown as Record<string, QueryDocument>).flatMap(
    ([document, schema]) => {
      const [, method, path] = /^Query parameters of `([A-Z]+) (.+?)`/.exec(schema.description) ?? [];
      return method && path ? { document, schema, method, path } : [];
    },
  );
  expect(queries.length).toBeGreaterThan(4);
  for (const { document, schema, method, path } of queries) {
    const item = contract.paths[path] as Readonly<Record<string, { readonly parameters: readonly QueryParameter[] }>>;
    const parameters = item[method.toLowerCase()]?.parameters.filter((one) => one.in === 'query') ?? [];
    expect(parameters.map(({ name }) => name).toSorted(), path).toEqual(Object.keys(schema.properties).toSorted());
    for (const {
      name,
      required = false,
      schema: { $ref },
    } of parameters) {
      expect(required, name).toBe(schema.required?.includes(name) ?? false);
      const own = `../documents/${document}.json#/properties/${name}`;
      expect([own, `../documents/${schema.properties[name]?.$ref}`], name).toContain($ref);
    }
  }
});

test('in the document for tools every schema has a plain name, and no reference leads outside', () => {
  const { schemas } = openApi.components as { schemas: Record<string, object> };
  expect(Object.keys(schemas).filter((name) => !/^[A-Z][A-Za-z0-9]+$/.test(name))).toEqual([]);
  const text = JSON.stringify(openApi);
  for (const keyword of ['"$id":', '"$defs":', '"$schema":', '.json#', '.json"']) {
    expect(text.replaceAll(/"(?:\/openapi|\/\.well-known\/jwks|\/asyncapi)\.json"/g, '')).not.toContain(keyword);
  }
  const used = new Set(referencesIn(openApi).map(($ref) => $ref.replace('#/components/schemas/', '')));
  expect(Object.keys(schemas).filter((name) => !used.has(name))).toEqual([]);
  // Schemas of stored data and of the operator's files do not belong in the API.
  for (const inner of ['MappingLine', 'MappingSnapshot', 'ScopeLine', 'ScopeSnapshot', 'SigningKeys'])
    expect(schemas).not.toHaveProperty(inner);
});

interface Body {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Bodied {
  readonly content?: Readonly<Record<string, Body>>;
}
interface Bodies {
  readonly requestBody?: Bodied;
  readonly responses: Readonly<Record<string, Bodied>>;
}

test('every body and every response has a valid example', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addFormat('binary', true);
  ajv.addSchema(openApi, 'document');
  const { responses } = openApi.components as Bodies;
  const items = Object.values(openApi.paths as Record<string, Readonly<Record<string, Bodies>>>);
  const declared = items.flatMap((item) =>
    METHODS.flatMap((method) => [item[method]?.requestBody, ...Object.values(item[method]?.responses ?? {})]),
  );
  const bodies = [...declared, ...Object.values(responses)].flatMap((one) => Object.values(one?.content ?? {}));
  expect(bodies.length).toBeGreaterThan(40);
  for (const { schema, example, examples } of bodies) {
    const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
    const values = examples ? Object.values(examples).map(({ value }) => value) : [example];
    expect(values.length).toBeGreaterThan(0);
    for (const value of values) expect([value, validate(value), validate.errors]).toEqual([value, true, null]);
  }
});

test('the contract of problems has the status and title of every slug', () => {
  for (const { error, status, title, type } of documentSchemas['Problem.v1'].examples) {
    expect(answerOf(new Problem(error, 'x')).document).toMatchObject({ error, status, title, type });
  }
  const kinds = documentSchemas['Problem.v1'].examples.map(({ error }) => error);
  expect(kinds.toSorted()).toEqual(documentSchemas['Problem.v1'].properties.error.enum.toSorted());
});

test('the routes are those of the document, and no others', async () => {
  const gateway = await GatewayUnderTest.open();
  const registered = [...gateway.gateway.routes].flatMap(([url, methods]) =>
    [...methods].map((method) => `${method} ${url.replace(/:([a-z]+)/g, '{$1}')}`),
  );
  const declared = Object.entries(contract.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => `${method.toUpperCase()} ${path}`),
  );
  // Every GET has a HEAD, as the document's description says.
  const implied = declared.filter((call) => call.startsWith('GET ')).map((call) => call.replace('GET', 'HEAD'));
  expect(registered.toSorted()).toEqual([...new Set([...declared, ...implied])].toSorted());
});

test('every operation has a unique name, and says what it needs and who may call it', () => {
  const operations = Object.values(contract.paths).flatMap((item) => METHODS.flatMap((method) => item[method] ?? []));
  const ids = operations.map((operation) => (operation as { operationId?: string }).operationId);
  expect(new Set(ids).size).toBe(operations.length);
  for (const operation of operations) {
    const { security, responses } = operation as { security?: readonly object[]; responses: object };
    expect(security).toBeDefined();
    for (const status of ['401', '429']) expect(status in responses).toBe((security?.length ?? 0) > 0);
  }
});

test('an undeclared response is detected by its status, media type, body or headers', () => {
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
