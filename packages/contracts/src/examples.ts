import { type EventType, newestSchemaOf } from './events.js';
import type { EventData } from './generated/events.js';
import { eventSchemas } from './generated/schemas.js';
import type { EventMetadata } from './generated/types.js';
import type { EventSchemaName } from './validation.js';

/** The first example in an event's schema: the sample data of every test. A fresh copy each time. */
export function exampleOf<T extends EventType>(type: T): EventData[T] {
  return structuredClone(eventSchemas[newestSchemaOf(type) as EventSchemaName].examples[0]) as unknown as EventData[T];
}

export const exampleMetadata = (): EventMetadata =>
  structuredClone(eventSchemas['EventMetadata.v1'].examples[0]) as unknown as EventMetadata;
