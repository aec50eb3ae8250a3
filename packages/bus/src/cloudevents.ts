import {
  assertEventSchema,
  type CloudEvent,
  type EventData,
  type EventMetadata,
  eventSchemas,
  type ReportEventType,
} from '@evidence/contracts';
import type { RecordedEvent } from '@evidence/event-store';
import { BusError } from './errors.js';
import { parseSubject, type Service, subjectOf } from './subjects.js';

/**
 * The most that travels in one message. Events are small, what is large is an artifact; and a message that is parked must fit,
 * in base64, into one event of the event store (1 MiB).
 */
export const MESSAGE_BYTES_MAX = 512 * 1024;
export const CLOUDEVENT_MEDIA_TYPE = 'application/cloudevents+json';

/** What travels on the bus: CloudEvents 1.0, structured mode (/contracts/events/CloudEvent.v1.json). */
export type ReportCloudEvent<T extends ReportEventType = ReportEventType> = {
  [K in T]: Omit<CloudEvent, 'type' | 'data'> & { readonly type: `${K}.v1`; readonly data: EventData[K] };
}[T];

/** The CloudEvent of a report event as it was recorded, written by `service`. */
export function cloudEventOf(recorded: RecordedEvent, service: Service): ReportCloudEvent {
  const metadata = recorded.metadata as EventMetadata;
  const { reportId } = recorded.data as { reportId: string };
  const event: CloudEvent = {
    specversion: '1.0',
    id: recorded.id,
    source: `/evidence-reports/${service}`,
    type: metadata.schema,
    subject: reportId,
    time: metadata.occurredAt,
    datacontenttype: 'application/json',
    dataschema: eventSchemas[metadata.schema as keyof typeof eventSchemas].$id,
    tenant: metadata.tenant,
    correlationid: metadata.correlationId,
    causationid: metadata.causationId,
    actor: metadata.actor,
    position: String(recorded.position),
    data: recorded.data,
    ...(metadata.traceparent && { traceparent: metadata.traceparent }),
    ...(metadata.tracestate && { tracestate: metadata.tracestate }),
  };
  return event as ReportCloudEvent;
}

export const eventTypeOf = ({ type }: ReportCloudEvent): ReportEventType =>
  type.slice(0, type.lastIndexOf('.')) as ReportEventType;

/** The subject that a CloudEvent travels on. */
export const subjectOfEvent = (event: ReportCloudEvent): string =>
  subjectOf(eventTypeOf(event), event.tenant, event.subject);

/**
 * The event in a message, envelope and data valid, and about what its subject says it is about. Throws `BusError`
 * `message_unreadable` or `ContractError`; neither gets better by redelivery.
 */
export function parseCloudEvent(body: Uint8Array, subject: string): ReportCloudEvent {
  if (body.byteLength > MESSAGE_BYTES_MAX) {
    const facts = { sizeBytes: body.byteLength, sizeBytesMax: MESSAGE_BYTES_MAX };
    throw unreadable(`The body has ${body.byteLength} bytes, more than ${MESSAGE_BYTES_MAX}.`, facts);
  }
  const event = jsonOf(body);
  assertEventSchema('CloudEvent.v1', event);
  const { type, tenant, subject: reportId, data } = event as CloudEvent;
  const told = parseSubject(subject);
  if (!told || `${told.type}.v1` !== type || told.tenant !== tenant || told.reportId !== reportId) {
    const facts = { type, tenant, reportId, natsSubject: subject };
    throw unreadable(`The body is about ${type} of ${reportId}, tenant ${tenant}; its subject is ${subject}.`, facts);
  }
  assertEventSchema(`${told.type}.v1`, data);
  return event as ReportCloudEvent;
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw unreadable('The body is not JSON in UTF-8.', { sizeBytes: body.byteLength }, { cause });
  }
}

const unreadable = (message: string, facts: Record<string, unknown>, options?: ErrorOptions) =>
  new BusError('message_unreadable', message, facts, options);
