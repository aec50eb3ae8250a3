import type { EventOf, EventType } from './events.js';
import { newestVersion } from './generated/events.js';
import { eventSchemas } from './generated/schemas.js';
import type { EventMetadata } from './generated/types.js';
import { readerOf } from './readers.js';
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
  const { type: schemaType, version } = partsOf(schema);
  if (schemaType !== type)
    return unreadable('contract_violated', `Its metadata name the schema ${schema}, its type is ${type}.`);
  if (version > newestVersion[type]) {
    return unreadable(
      'newer_version',
      `It is a ${schema}; this build reads ${type} up to version ${newestVersion[type]}.`,
    );
  }
  const broken = violationOf(schema, data);
  if (broken) return unreadable('contract_violated', `The data break ${schema}: ${broken}.`);
  const event = { type, data: upcast(type, version, data) } as EventOf<EventType>;
  return { kind: 'event', event, metadata: metadata as EventMetadata };
}

const unreadable = (code: UnreadableCode, reason: string): EventReading => ({
  kind: 'unreadable',
  cause: { code, reason },
});

/** The names of the schemas that this build knows: looking one up takes less time than taking it apart. */
const knownNames = new Map(Object.keys(eventSchemas).map((schema) => [schema, takenApart(schema)]));

const partsOf = (schema: string): SchemaName => knownNames.get(schema) ?? takenApart(schema);

interface SchemaName {
  readonly type: string | undefined;
  readonly version: number;
}

function takenApart(schema: string): SchemaName {
  const [, type, version] = /^([A-Za-z]+)\.v(\d+)$/.exec(schema) ?? [];
  return { type, version: Number(version) };
}

const steps: Readonly<Record<string, (data: never) => unknown>> = { ...upcasts };

function upcast(type: EventType, from: number, data: unknown): unknown {
  let current = data;
  for (let version = from; version < newestVersion[type]; version++)
    current = steps[`${type}.v${version}`]?.(current as never);
  return current;
}

function violationOf(name: string, value: unknown): string | undefined {
  const validate = readerOf(name);
  if (!validate) return 'there is no such schema';
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return `${error?.instancePath || 'the whole'} ${error?.message ?? 'is invalid'}`;
}
