import { type EventData, eventTypesOn, newestVersion } from './generated/events.js';
import type { EventMetadata } from './generated/types.js';

export type EventType = keyof EventData;

/** An event as deciders see it. `EventOf<'A' | 'B'>` is the union of both. */
export type EventOf<T extends EventType> = { [K in T]: { readonly type: K; readonly data: EventData[K] } }[T];

export const reportEventTypes = eventTypesOn.report;
export type ReportEventType = (typeof reportEventTypes)[number];
export type ReportEvent = EventOf<ReportEventType>;

/** Who, why and when: what the shell knows about an event and the decider does not. */
export interface Provenance {
  readonly tenant: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly occurredAt: string;
  readonly actor: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** The schema that an event of this type is written in, such as `ReportReady.v1`. */
export const newestSchemaOf = <T extends EventType>(type: T) => `${type}.v${newestVersion[type]}` as NewestSchema<T>;

type NewestSchema<T extends EventType> = { [K in T]: `${K}.v${(typeof newestVersion)[K]}` }[T];

/** An event in its envelope, as the event store takes it: in the newest version of its schema. */
export function envelop<T extends EventType>(
  eventId: string,
  event: EventOf<T>,
  provenance: Provenance,
): { id: string; type: T; data: EventData[T]; metadata: EventMetadata } {
  return {
    id: eventId,
    type: event.type,
    data: event.data,
    metadata: { eventId, ...provenance, schema: newestSchemaOf(event.type) },
  };
}

/** Whether events of this type belong in streams like `stream`. */
export function isEventOn<S extends keyof typeof eventTypesOn, E extends { readonly type: string }>(
  stream: S,
  event: E,
): event is Extract<E, { readonly type: (typeof eventTypesOn)[S][number] }> {
  return (eventTypesOn[stream] as readonly string[]).includes(event.type);
}
