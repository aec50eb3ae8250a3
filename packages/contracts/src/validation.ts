import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { EventData, EventType } from './events.js';
import { documentSchemas, eventSchemas } from './generated/schemas.js';
import type { EventMetadata } from './generated/types.js';

export type EventSchemaName = keyof typeof eventSchemas;
export type DocumentSchemaName = keyof typeof documentSchemas;

/** What is wrong with a value, for people and for programs: where (JSON Pointer, RFC 6901), what, and what would be right. */
export interface Violation {
  readonly pointer: string;
  readonly message: string;
  readonly allowed?: readonly unknown[];
  /** The member that is not in the contract, when that is what is wrong. */
  readonly unknownMember?: string;
  readonly missingMember?: string;
}

/** A value that breaks its contract. It can never be accepted as it is: mend the sender. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code = 'contract_violated';
  constructor(
    readonly schema: string,
    readonly violations: readonly [Violation, ...Violation[]],
  ) {
    super(`${schema} is violated at "${violations[0].pointer}": ${violations[0].message}`);
  }
}

// Compiled on first use: a service needs a few of the schemas, and compiling is most of Ajv's cost.
// `verbose`: an error carries the schema that it breaks, and so an example of what would be right.
const ajv = new Ajv2020({
  verbose: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  discriminator: false,
});
addFormats.default(ajv);
for (const schema of [...Object.values(documentSchemas), ...Object.values(eventSchemas)]) ajv.addSchema(schema);

function validator(name: string, id: string): (value: unknown) => void {
  const validate = ajv.getSchema(id) as ValidateFunction | undefined;
  if (!validate) throw new Error(`there is no schema ${id}`);
  return (value) => {
    if (validate(value)) return;
    const [first, ...rest] = (validate.errors ?? []).map(violationOf);
    throw new ContractError(name, [first ?? { pointer: '', message: 'is invalid' }, ...rest]);
  };
}

function violationOf(error: ErrorObject): Violation {
  const { instancePath, keyword, params, parentSchema } = error;
  const base = { pointer: instancePath, message: wordsOf(error) };
  switch (keyword) {
    case 'enum':
      return { ...base, allowed: params.allowedValues as unknown[] };
    case 'const':
      return { ...base, allowed: [params.allowedValue] };
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return { ...base, unknownMember: String(params.additionalProperty ?? params.unevaluatedProperty) };
    case 'required':
    case 'dependentRequired': {
      const missingMember = String(params.missingProperty);
      const allowed = valuesOf(parentSchema?.properties?.[missingMember]);
      return { ...base, missingMember, ...(allowed && { allowed }) };
    }
    default: {
      // A value of an enumeration that is not even of its type.
      const allowed = valuesOf(parentSchema as Member | undefined);
      return { ...base, ...(allowed && { allowed }) };
    }
  }
}

interface Member {
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
}

/** The values of an enumeration, which stand with the member or in the vocabulary. */
function valuesOf(member: Member | undefined): readonly unknown[] | undefined {
  if (member?.$ref === undefined) return member?.enum;
  const { href } = new URL(member.$ref, documentSchemas['Vocabulary.v1'].$id);
  return (ajv.getSchema(href)?.schema as Member | undefined)?.enum;
}

/** Ajv's words, and where these do not tell what would be right, a range or an example. */
function wordsOf({ keyword, message = keyword, parentSchema = {} }: ErrorObject): string {
  const { type, minimum, maximum, examples } = parentSchema as Readonly<Record<string, unknown>>;
  if (type === 'integer' && minimum !== undefined && maximum !== undefined) {
    return `must be a whole number from ${minimum} to ${maximum}`;
  }
  const [example] = Array.isArray(examples) ? examples : [];
  const isObscure = keyword === 'type' || keyword === 'format' || keyword === 'pattern';
  return isObscure && typeof example === 'string' ? `${message}, such as ${JSON.stringify(example)}` : message;
}

/** Throws `ContractError` unless `data` and `metadata` are valid for the type. For every append and every read. */
export function assertEvent(type: string, data: unknown, metadata: unknown): void {
  if (!isEventType(type)) {
    throw new ContractError(type, [{ pointer: '', message: 'no such event type', allowed: Object.keys(eventSchemas) }]);
  }
  assertEventSchema(`${type}.v1`, data);
  assertEventSchema('EventMetadata.v1', metadata);
}

export const assertEventSchema = (name: EventSchemaName, value: unknown): void =>
  validator(name, eventSchemas[name].$id)(value);

export const assertDocument = (name: DocumentSchemaName, value: unknown): void =>
  validator(name, documentSchemas[name].$id)(value);

/** Any definition of a document, e.g. `('Vocabulary.v1', 'ReportId')`. */
export const isValid = (name: DocumentSchemaName, definition: string, value: unknown): boolean =>
  ajv.validate(`${documentSchemas[name].$id}#/$defs/${definition}`, value);

export function isEventType(type: string): type is EventType {
  return `${type}.v1` in eventSchemas && type !== 'EventMetadata' && type !== 'CloudEvent';
}

/** The first example in an event's schema: the sample data of every test. A fresh copy each time. */
export function exampleOf<T extends EventType>(type: T): EventData[T] {
  return structuredClone(eventSchemas[`${type}.v1`].examples[0]) as unknown as EventData[T];
}

export const exampleMetadata = (): EventMetadata =>
  structuredClone(eventSchemas['EventMetadata.v1'].examples[0]) as unknown as EventMetadata;
