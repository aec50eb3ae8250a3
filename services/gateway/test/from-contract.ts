import { openApi } from '@evidence/contracts/openapi';
import fc from 'fast-check';
import { METHODS } from './declared.js';

interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly examples?: readonly object[];
}

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** The schema of the JSON body, if the call takes one. */
  readonly body: JsonSchema | undefined;
  /** A valid body. */
  readonly example: object | undefined;
  readonly statuses: readonly string[];
  /** The scopes of which a token needs one, if any. */
  readonly scopes: readonly string[];
}

/** Resolves a reference within the served document. */
function resolved<T extends object>(node: T): T {
  const { $ref } = node as { $ref?: string };
  if ($ref === undefined) return node;
  const target = $ref
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], openApi);
  return resolved(target as T);
}

/** Every operation that the document declares. */
export const operations: readonly Operation[] = Object.entries(openApi.paths as Record<string, PathItem>).flatMap(
  ([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const { operationId, parameters = [], requestBody, responses, security } = operation;
      const body = requestBody?.content['application/json']?.schema;
      return {
        operationId,
        method: method.toUpperCase(),
        path,
        parameters: [...(item.parameters ?? []), ...parameters].map(resolved),
        body,
        example: body && resolved(body).examples?.[0],
        statuses: Object.keys(responses),
        scopes: security.flatMap(({ bearer = [] }) => bearer),
      };
    }),
);

type PathItem = { readonly parameters?: readonly Parameter[] } & Readonly<
  Partial<Record<(typeof METHODS)[number], OperationItem>>
>;
interface OperationItem {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: object;
  readonly security: readonly { readonly bearer?: readonly string[] }[];
}

const TEXT_MAX = 40;
const ITEMS_MAX = 4;

/** Values that are valid by the schema, as far as its keywords are evaluated here. */
export function valid(schema: JsonSchema): fc.Arbitrary<unknown> {
  const known = resolved(schema);
  if (known.const !== undefined) return fc.constant(known.const);
  if (known.enum) return fc.constantFrom(...known.enum);
  if (known.anyOf) return fc.oneof(...known.anyOf.map(valid));
  switch (known.type) {
    case 'integer':
      return fc.integer({ min: known.minimum ?? 0, max: known.maximum ?? 1_000_000 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valid(known.items ?? {}), {
        minLength: known.minItems ?? 0,
        maxLength: Math.min(known.maxItems ?? ITEMS_MAX, ITEMS_MAX),
      });
    case 'object':
      return validObject(known);
    case 'string':
      return validText(known);
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}

function validObject({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valid(schema)]));
  return fc.record(members, { requiredKeys: [...required], noNullPrototype: true });
}

function validText({ pattern, format, minLength = 0, maxLength }: JsonSchema): fc.Arbitrary<string> {
  // The pattern may require more than our own limit, as that of a digest does, and then no text would ever fit.
  const fits = (text: string) => text.length >= minLength && text.length <= (maxLength ?? Number.POSITIVE_INFINITY);
  if (format === 'date' || pattern?.includes('[0-9]{4}-')) return calendarDate;
  if (pattern) return fc.stringMatching(new RegExp(pattern)).filter(fits);
  return fc.string({ minLength, maxLength: Math.min(maxLength ?? TEXT_MAX, TEXT_MAX) });
}

const calendarDate = fc
  .date({ min: new Date('2025-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 'YYYY-MM-DD'.length));

/** What a client might send for a valid value: the value itself, or one that was changed somewhere. */
export function mutated(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 2, arbitrary: valid(schema) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    { weight: 3, arbitrary: fc.tuple(valid(schema), fc.nat(), fc.string({ maxLength: 8 }), junk).map(changed) },
  );
}

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, -1, 1e308, '', '\u0000', '\r\n', '__proto__', 'x'.repeat(2000), [], {}, '2026-02-30', '💥'),
);

/** One member of an object replaced, removed, or added. */
function changed([value, at, name, other]: [unknown, number, string, unknown]): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return other;
  const entries = Object.entries(value);
  const [replaced] = entries[at % Math.max(entries.length, 1)] ?? [name];
  if (at % 3 === 0) return { ...value, [name]: other };
  if (at % 3 === 1) return Object.fromEntries(entries.filter(([member]) => member !== replaced));
  return { ...value, [replaced]: other };
}
