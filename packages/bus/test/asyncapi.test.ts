import { access, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  assertEventSchema,
  type EventSchemaName,
  eventSchemas,
  newestSchemaOf,
  type ReportEventType,
  reportEventTypes,
} from '@evidence/contracts';
import { asyncApi } from '@evidence/contracts/asyncapi';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { consumingServices, heardBy, subjectOf } from '../src/subjects.js';

const FILE = join(import.meta.dirname, '../../../contracts/bus/asyncapi.yaml');
const contract = parse(await readFile(FILE, 'utf8')) as AsyncApi;

interface AsyncApi {
  readonly channels: Readonly<Record<string, { readonly address: string }>>;
  readonly operations: Readonly<
    Record<string, { action: string; channel: { $ref: string }; tags: { name: string }[] }>
  >;
  readonly components: { readonly messages: Readonly<Record<string, { payload: { schema: { allOf: object[] } } }>> };
}

describe('asyncapi.yaml', () => {
  it('is valid AsyncAPI 3.1, as is the document for tools', () => {
    const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.1.0.json');
    // The schema contains the draft-07 meta-schema as one of its definitions.
    const ajv = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    expect(validate(contract), JSON.stringify(validate.errors, undefined, 1)).toBe(true);
    expect(validate(asyncApi), JSON.stringify(validate.errors, undefined, 1)).toBe(true);
    expect(
      validate({ ...contract, channels: { report: { address: 7 } } }),
      'a check that cannot fail is no check',
    ).toBe(false);
  });

  it('has no broken reference', async () => {
    const refs = refsIn(contract);
    expect(refs.length).toBeGreaterThan(reportEventTypes.length * 5);
    for (const ref of refs) await expect(resolve(ref), ref).resolves.toBeDefined();
  });

  it('names every schema in the document for tools, which refers to nothing outside itself', async () => {
    const { schemas, messages } = asyncApi.components as AsyncApi['components'] & { schemas: Record<string, object> };
    for (const ref of refsIn(asyncApi)) expect(ref).toMatch(/^#\//);
    expect(JSON.stringify(asyncApi)).not.toMatch(/"\$(id|defs|schema)":/);
    expect(
      Object.keys(messages)
        .map((name) => `${name}Message`)
        .filter((name) => !(name in schemas)),
    ).toEqual([]);
    const tools = new Ajv2020({ strict: false });
    addFormats.default(tools);
    tools.addSchema(asyncApi, 'document');
    for (const type of reportEventTypes) {
      const validate = tools.compile({ $ref: `document#/components/schemas/${type}Message` });
      for (const version of versionsOf(type)) {
        const [data] = eventSchemas[version].examples;
        const event = { ...eventSchemas['CloudEvent.v1'].examples[0], type: version, data };
        expect([version, validate(event), validate.errors]).toEqual([version, true, null]);
        expect(validate({ ...event, data: {} })).toBe(false);
      }
    }
  });

  it('has exactly the subjects to which we publish', () => {
    const addresses = Object.values(contract.channels).map(({ address }) => address);
    const subjects = reportEventTypes.map((type) => subjectOf(type, '{tenant}', '{reportId}'));
    expect(addresses.toSorted()).toEqual(subjects.toSorted());
  });

  it.each(reportEventTypes)('describes the sender and the schema of %s', (type: ReportEventType) => {
    const channel = `${type[0]?.toLowerCase()}${type.slice(1)}`;
    const senders = Object.values(contract.operations).filter(
      ({ action, channel: { $ref } }) => action === 'send' && $ref === `#/channels/${channel}`,
    );
    expect(senders).toHaveLength(type === 'ReportFailed' ? 4 : 1);
    // The stream keeps what an earlier build has published.
    const versions = versionsOf(type).map((version) => ({
      properties: { type: { const: version }, data: { $ref: `../events/${version}.json` } },
    }));
    expect(contract.components.messages[type]?.payload.schema.allOf).toEqual([
      { $ref: '../events/CloudEvent.v1.json' },
      versions.length === 1 ? versions[0] : { oneOf: versions },
    ]);
    expect(() => assertEventSchema(newestSchemaOf(type), {})).toThrow();
  });

  it('names the consuming services, and what each consumes', () => {
    const receivers = Object.values(contract.operations).filter(({ action }) => action === 'receive');
    const heard = receivers.map(({ tags, channel }) => [tags[0]?.name, channel.$ref.replace('#/channels/r', 'R')]);
    expect(heard).toEqual([
      ...Object.entries(heardBy).map(([type, service]) => [service, type]),
      ['expiry', 'ReportReady'],
    ]);
    expect(new Set(heard.map(([service]) => service))).toEqual(new Set(consumingServices));
  });
});

/** Newest first. */
const versionsOf = (type: ReportEventType) =>
  (Object.keys(eventSchemas) as EventSchemaName[]).filter((name) => name.startsWith(`${type}.v`)).toReversed();

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => (key === '$ref' ? [String(child)] : refsIn(child)));
}

/** The target of a reference: a member of the contract (JSON Pointer), or a file in the same folder. */
async function resolve(ref: string): Promise<unknown> {
  if (!ref.startsWith('#/')) {
    await access(join(dirname(FILE), ref));
    return ref;
  }
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((value, token) => (value as Record<string, unknown> | undefined)?.[token], contract);
}
