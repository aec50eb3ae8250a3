import { access, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  assertEventSchema,
  eventSchemas,
  exampleOf,
  type ReportEventType,
  reportEventTypes,
} from '@evidence/contracts';
import { asyncApi } from '@evidence/contracts/asyncapi';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { consumingServices, subjectOf } from '../src/subjects.js';

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
  it('is valid AsyncAPI 3.1, and so is the document for tools', () => {
    const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.1.0.json');
    // The schema brings the draft-07 meta-schema along as one of its definitions.
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

  it('has no reference that leads nowhere', async () => {
    const refs = refsIn(contract);
    expect(refs.length).toBeGreaterThan(reportEventTypes.length * 5);
    for (const ref of refs) await expect(resolve(ref), ref).resolves.toBeDefined();
  });

  it('has in the document for tools a name for every schema, and nothing that leads outside', async () => {
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
      const event = { ...eventSchemas['CloudEvent.v1'].examples[0], type: `${type}.v1`, data: exampleOf(type) };
      expect([type, validate(event), validate.errors]).toEqual([type, true, null]);
      expect(validate({ ...event, data: {} })).toBe(false);
    }
  });

  it('has exactly the subjects on which we publish', () => {
    const addresses = Object.values(contract.channels).map(({ address }) => address);
    expect(addresses).toEqual(reportEventTypes.map((type) => subjectOf(type, '{tenant}', '{reportId}')));
  });

  it.each(reportEventTypes)('says of %s who sends it and what it looks like', (type: ReportEventType) => {
    const channel = `${type[0]?.toLowerCase()}${type.slice(1)}`;
    const senders = Object.values(contract.operations).filter(
      ({ action, channel: { $ref } }) => action === 'send' && $ref === `#/channels/${channel}`,
    );
    expect(senders).toHaveLength(type === 'ReportFailed' ? 4 : 1);
    expect(contract.components.messages[type]?.payload.schema.allOf).toEqual([
      { $ref: '../events/CloudEvent.v1.json' },
      { properties: { type: { const: `${type}.v1` }, data: { $ref: `../events/${type}.v1.json` } } },
    ]);
    expect(() => assertEventSchema(`${type}.v1`, {})).toThrow();
  });

  it('names the services that listen', () => {
    const receivers = Object.values(contract.operations).filter(({ action }) => action === 'receive');
    expect(receivers.map(({ tags }) => tags[0]?.name)).toEqual(consumingServices);
  });
});

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => (key === '$ref' ? [String(child)] : refsIn(child)));
}

/** What a reference leads to: a member of the contract (JSON Pointer), or a file beside it. */
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
