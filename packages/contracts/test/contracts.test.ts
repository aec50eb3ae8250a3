import { readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { exampleMetadata, exampleOf } from '../src/examples.js';
import {
  assertDocument,
  assertEvent,
  assertEventSchema,
  ContractError,
  documentSchemas,
  type EventSchemaName,
  envelop,
  eventSchemas,
  reportEventTypes,
} from '../src/index.js';

const names = Object.keys(eventSchemas) as EventSchemaName[];
const contracts = new URL('../../../contracts/', import.meta.url);

test('every schema file is in the generated module, under its own name', () => {
  const files = (folder: string) =>
    readdirSync(new URL(folder, contracts))
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.replace(/\.json$/, ''));
  expect(names.toSorted()).toEqual(files('events').toSorted());
  expect(Object.keys(documentSchemas).toSorted()).toEqual(files('documents').toSorted());
  for (const name of names) expect(eventSchemas[name].$id.endsWith(`/events/${name}.json`)).toBe(true);
});

test.each(Object.entries({ ...eventSchemas, ...documentSchemas }))('%s is JSON Schema 2020-12', (_, schema) => {
  const judge = new Ajv2020({ strict: false });
  expect(judge.validateSchema(schema), judge.errorsText()).toBe(true);
  expect(judge.validateSchema({ ...schema, type: 'thing' })).toBe(false);
});

test.each(names)('%s: the example is valid, and an unknown member is refused', (name) => {
  const example = eventSchemas[name].examples[0];
  assertEventSchema(name, example);
  expect(() => assertEventSchema(name, { ...example, surprise: 1 })).toThrow(
    expect.objectContaining({ code: 'contract_violated' }),
  );
});

test.each(names)('%s: is refused without any of its required members', (name) => {
  const schema = eventSchemas[name] as { required: readonly string[]; examples: readonly object[] };
  for (const member of schema.required) {
    const { [member]: _, ...rest } = structuredClone(schema.examples[0]) as Record<string, unknown>;
    expect(() => assertEventSchema(name, rest)).toThrow(ContractError);
  }
});

const withoutDescription: string[] = [];
function walk(node: unknown, path: string): void {
  if (node === null || typeof node !== 'object') return;
  const schema = node as Record<string, unknown>;
  for (const [name, property] of Object.entries((schema.properties ?? {}) as Record<string, Record<string, unknown>>)) {
    if (!property.$ref && !property.description) withoutDescription.push(`${path}.${name}`);
  }
  for (const [key, value] of Object.entries(schema)) if (key !== 'examples') walk(value, `${path}/${key}`);
}

test('everything in a contract has a description', () => {
  for (const [name, schema] of Object.entries({ ...eventSchemas, ...documentSchemas })) walk(schema, name);
  expect(withoutDescription).toEqual([]);
});

test('an event is validated with its metadata, and an unknown type is named', () => {
  const metadata = { ...exampleMetadata(), schema: 'ReportStarted.v1' };
  assertEvent('ReportStarted', exampleOf('ReportStarted'), metadata);
  expect(() => assertEvent('ReportStarted', exampleOf('ReportStarted'), {})).toThrow(ContractError);
  expect(() => assertEvent('ReportPondered', {}, metadata)).toThrow(/no such event type/);
  expect(() => assertEvent('ReportReady', exampleOf('ReportReady'), metadata)).toThrow(
    /newest version, ReportReady.v1/,
  );
});

test('a violation names the location and the allowed values', () => {
  const request = { ...exampleOf('ReportRequested'), format: 'docx' };
  try {
    assertEventSchema('ReportRequested.v2', request);
    expect.unreachable();
  } catch (error) {
    expect((error as ContractError).violations[0]).toMatchObject({ pointer: '/format', allowed: ['pdf', 'json'] });
  }
});

test('an empty object is not a document', () => {
  expect(() => assertDocument('EvidenceReport.v1', {})).toThrow(ContractError);
});

test.each(reportEventTypes)('%s is valid in its envelope', (type) => {
  const { eventId, schema: _, ...provenance } = exampleMetadata();
  const event = envelop(eventId, { type, data: exampleOf(type) } as Parameters<typeof envelop>[1], provenance);
  assertEvent(event.type, event.data, event.metadata);
});
