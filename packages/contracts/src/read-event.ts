import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { compilerOf } from './compiler.js';
import type { EventOf, EventType } from './events.js';
import { newestVersion } from './generated/events.js';
import { documentSchemas, eventSchemas } from './generated/schemas.js';
import type { EventMetadata } from './generated/types.js';
import { upcasts } from './upcasts.js';
import { isEventType } from './validation.js';

/**
 * Why a stored event cannot be read.
 * - `newer_version`: this build is older than the event's version. A newer build reads it.
 * - `contract_violated`: its data or metadata break their contract. No build reads it.
 */
export type UnreadableCode = 'newer_version' | 'contract_violated';

export interface Unreadable {
  readonly code: UnreadableCode;
  /** One sentence: what is wrong, and where. */
  readonly reason: string;
}

/**
 * A stored event as this build understands it. `unknown_type`: a foreign event, to be ignored. An event's `data` has the newest
 * version's shape, and keeps members that this build does not know.
 */
export type EventReading =
  | { readonly kind: 'event'; readonly event: EventOf<EventType>; readonly metadata: EventMetadata }
  | { readonly kind: 'unknown_type' }
  | { readonly kind: 'unreadable'; readonly cause: Unreadable };

/**
 * Reads a stored event: tolerant where `assertEvent` is strict. Members that a later build added are kept, older versions are converted step by
 * step to the newest one, and foreign types are ignored. Never throws because of stored data.
 */
export function readEvent(type: string, data: unknown, metadata: unknown): EventReading {
  if (!isEventType(type)) return { kind: 'unknown_type' };
  const fault = violationOf('EventMetadata.v1', metadata);
  if (fault) return unreadable('contract_violated', `The metadata break EventMetadata.v1: ${fault}.`);
  const { schema } = metadata as EventMetadata;
  const [, schemaType, version] = /^([A-Za-z]+)\.v(\d+)$/.exec(schema) ?? [];
  if (schemaType !== type)
    return unreadable('contract_violated', `Its metadata name the schema ${schema}, its type is ${type}.`);
  if (Number(version) > newestVersion[type]) {
    return unreadable(
      'newer_version',
      `It is a ${schema}; this build reads ${type} up to version ${newestVersion[type]}.`,
    );
  }
  const broken = violationOf(schema, data);
  if (broken) return unreadable('contract_violated', `The data break ${schema}: ${broken}.`);
  const event = { type, data: upcast(type, Number(version), data) } as EventOf<EventType>;
  return { kind: 'event', event, metadata: metadata as EventMetadata };
}

const unreadable = (code: UnreadableCode, reason: string): EventReading => ({
  kind: 'unreadable',
  cause: { code, reason },
});

function upcast(type: EventType, from: number, data: unknown): unknown {
  const steps: Readonly<Record<string, (data: never) => unknown>> = { ...upcasts };
  let current = data;
  for (let version = from; version < newestVersion[type]; version++)
    current = steps[`${type}.v${version}`]?.(current as never);
  return current;
}

let open: Ajv2020 | undefined;

/** The contracts without `additionalProperties: false`: only what a reader relies on. */
function openContracts(): Ajv2020 {
  open ??= compilerOf([...Object.values(documentSchemas), ...Object.values(eventSchemas)].map(opened) as object[]);
  return open;
}

function opened(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(opened);
  if (node === null || typeof node !== 'object') return node;
  const isClosing = ([key, value]: [string, unknown]): boolean =>
    (key === 'additionalProperties' || key === 'unevaluatedProperties') && value === false;
  const members = Object.entries(node).filter((member) => !isClosing(member));
  return Object.fromEntries(members.map(([key, value]) => [key, key === 'examples' ? value : opened(value)]));
}

const validators = new Map<string, ValidateFunction>();

/** Kept by name: looking one up by its URL takes longer than validating a small event. */
function validatorOf(name: string): ValidateFunction | undefined {
  const known = validators.get(name);
  if (known) return known;
  const schema = eventSchemas[name as keyof typeof eventSchemas];
  if (!schema) return undefined;
  const validate = openContracts().getSchema(schema.$id) as ValidateFunction | undefined;
  if (!validate) throw new Error(`there is no schema ${schema.$id}`);
  validators.set(name, validate);
  return validate;
}

function violationOf(name: string, value: unknown): string | undefined {
  const validate = validatorOf(name);
  if (!validate) return 'there is no such schema';
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return `${error?.instancePath || 'the whole'} ${error?.message ?? 'is invalid'}`;
}
