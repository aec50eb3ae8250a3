import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { compilerOf } from './compiler.js';
import { type EventType, newestSchemaOf } from './events.js';
import { newestVersion } from './generated/events.js';
import { documentSchemas, eventSchemas } from './generated/schemas.js';
import type { EventMetadata } from './generated/types.js';

export type EventSchemaName = keyof typeof eventSchemas;
export type DocumentSchemaName = keyof typeof documentSchemas;

/** What is wrong with a value, for people and for programs: where (JSON Pointer, RFC 6901), what, and what would be allowed. */
export interface Violation {
  readonly pointer: string;
  readonly message: string;
  /** The allowed values, or for an unknown member the known names. */
  readonly allowed?: readonly unknown[];
  /** The message is the validator's own, and names neither the value nor the allowed ones. */
  readonly isGeneric?: true;
  /** The member that is not in the contract, if that is the problem. */
  readonly unknownMember?: string;
  readonly missingMember?: string;
}

/** A value that violates its contract. It can never be accepted as it is: fix the sender. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly retryable = false;
  readonly code = 'contract_violated';
  constructor(
    readonly schema: string,
    readonly violations: readonly [Violation, ...Violation[]],
  ) {
    super(`${schema} is violated at "${violations[0].pointer}": ${violations[0].message}`);
  }
}

// With `verbose`, an error contains the schema that is violated, and so an example of a valid value.
const ajv = compilerOf([...Object.values(documentSchemas), ...Object.values(eventSchemas)], { verbose: true });

/** By the id of the schema, because a report needs the same one a million times, and looking one up takes longer than validating a small value. */
const validators = new Map<string, ValidateFunction>();

function validatorOf(id: string): ValidateFunction {
  const known = validators.get(id);
  if (known) return known;
  const validate = ajv.getSchema(id) as ValidateFunction | undefined;
  if (!validate) throw new Error(`there is no schema ${id}`);
  validators.set(id, validate);
  return validate;
}

function assertValid(name: string, id: string, value: unknown): void {
  const validate = validatorOf(id);
  if (validate(value)) return;
  const [first, ...rest] = (validate.errors ?? []).map(violationOf);
  throw new ContractError(name, [first ?? { pointer: '', message: 'is invalid' }, ...rest]);
}

function violationOf(error: ErrorObject): Violation {
  const { instancePath, keyword, params, parentSchema } = error;
  const base = { pointer: instancePath, message: wordsOf(error), isGeneric: true } as const;
  switch (keyword) {
    case 'enum':
      return { ...base, allowed: params.allowedValues as unknown[] };
    case 'const':
      return { ...base, allowed: [params.allowedValue] };
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return {
        ...base,
        unknownMember: String(params.additionalProperty ?? params.unevaluatedProperty),
        ...(parentSchema?.properties && { allowed: Object.keys(parentSchema.properties) }),
      };
    case 'required':
    case 'dependentRequired': {
      const missingMember = String(params.missingProperty);
      const allowed = valuesOf(parentSchema?.properties?.[missingMember]);
      return { ...base, missingMember, ...(allowed && { allowed }) };
    }
    default: {
      // A value that does not even have the type of the enumeration.
      const allowed = valuesOf(parentSchema as Member | undefined);
      return { ...base, ...(allowed && { allowed }) };
    }
  }
}

interface Member {
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
}

/** The values of an enumeration that is defined at the member or in the vocabulary. */
function valuesOf(member: Member | undefined): readonly unknown[] | undefined {
  if (member?.$ref === undefined) return member?.enum;
  const { href } = new URL(member.$ref, documentSchemas['Vocabulary.v1'].$id);
  return (ajv.getSchema(href)?.schema as Member | undefined)?.enum;
}

/** Ajv's words, with a range or an example if they do not say what would be valid. */
function wordsOf({ keyword, message = keyword, parentSchema = {} }: ErrorObject): string {
  const { type, minimum, maximum, examples } = parentSchema as Readonly<Record<string, unknown>>;
  if (type === 'integer' && minimum !== undefined && maximum !== undefined) {
    return `must be a whole number from ${minimum} to ${maximum}`;
  }
  const [example] = Array.isArray(examples) ? examples : [];
  const isObscure = keyword === 'type' || keyword === 'format' || keyword === 'pattern';
  return isObscure && typeof example === 'string' ? `${message}, such as ${JSON.stringify(example)}` : message;
}

/**
 * For every append: throws `ContractError` unless `data` and `metadata` are valid in the newest version of the type, without a member
 * that its contract does not have.
 */
export function assertEvent(type: string, data: unknown, metadata: unknown): void {
  if (!isEventType(type)) {
    throw new ContractError(type, [
      { pointer: '', message: 'no such event type', allowed: Object.keys(newestVersion) },
    ]);
  }
  assertEventSchema('EventMetadata.v1', metadata);
  const { schema } = metadata as EventMetadata;
  const newest = newestSchemaOf(type);
  if (schema !== newest) {
    throw new ContractError(schema, [
      { pointer: '/schema', message: `must be the newest version, ${newest}`, allowed: [newest] },
    ]);
  }
  assertEventSchema(newest, data);
}

export const assertEventSchema = (name: EventSchemaName, value: unknown): void =>
  assertValid(name, eventSchemas[name].$id, value);

export const assertDocument = (name: DocumentSchemaName, value: unknown): void =>
  assertValid(name, documentSchemas[name].$id, value);

/** Like `assertDocument`, for a definition in a document, e.g. `('EvidenceReport.v1', 'ReportFinding')`. */
export const assertPart = (name: DocumentSchemaName, definition: string, value: unknown): void =>
  assertValid(`${name}#${definition}`, partOf(name, definition), value);

/** Any definition in a document, e.g. `('Vocabulary.v1', 'ReportId')`. */
export const isValid = (name: DocumentSchemaName, definition: string, value: unknown): boolean =>
  validatorOf(partOf(name, definition))(value);

const partOf = (name: DocumentSchemaName, definition: string): string =>
  `${documentSchemas[name].$id}#/$defs/${definition}`;

export const isTenantSlug = (value: unknown): value is string => isValid('Vocabulary.v1', 'TenantSlug', value);

const eventTypes: ReadonlySet<string> = new Set(Object.keys(newestVersion));

export const isEventType = (type: string): type is EventType => eventTypes.has(type);
