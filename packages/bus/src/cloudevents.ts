import {
  assertEventSchema,
  type CloudEvent,
  type EventData,
  type EventMetadata,
  type EventSchemaName,
  eventSchemas,
  type ReportEventType,
  streamOf,
} from '@evidence/contracts';
import type { Position } from '@evidence/event-store';
import { BusError } from './errors.js';
import { parseSubject, type ReportSubject, type Service, subjectOf } from './subjects.js';

/**
 * The largest message. Events are small, because large content is stored as artifacts; and a parked message must fit, in base64, into one event
 * of the event store (1 MiB).
 */
export const MESSAGE_BYTES_MAX = 512 * 1024;
export const CLOUDEVENT_MEDIA_TYPE = 'application/cloudevents+json';

/** The messages on the bus: CloudEvents 1.0, structured mode (/contracts/events/CloudEvent.v1.json). */
export type ReportCloudEvent<T extends ReportEventType = ReportEventType> = {
  [K in T]: Omit<CloudEvent, 'type' | 'data'> & { readonly type: `${K}.v${number}`; readonly data: EventData[K] };
}[T];

/** The parts of a recorded event that are published: `stored` is its data in the version in which it was written. */
export interface Publishable {
  readonly id: string;
  readonly stream: string;
  readonly position: Position;
  readonly metadata: EventMetadata;
  readonly stored: object;
}

/** The address of the folder of all schemas. */
const SCHEMAS = new URL('.', eventSchemas['EventMetadata.v1'].$id).href;

/** The CloudEvent of a report event written by `service`, in its stored version, which only a newer build may understand. */
export function cloudEventOf(recorded: Publishable, service: Service): ReportCloudEvent {
  const { metadata } = recorded;
  const reportId = recorded.stream.slice(streamOf.report('').length);
  const event: CloudEvent = {
    specversion: '1.0',
    id: recorded.id,
    source: `/evidence-reports/${service}`,
    type: metadata.schema,
    subject: reportId,
    time: metadata.occurredAt,
    datacontenttype: 'application/json',
    dataschema: `${SCHEMAS}${metadata.schema}.json`,
    tenant: metadata.tenant,
    correlationid: metadata.correlationId,
    causationid: metadata.causationId,
    actor: metadata.actor,
    position: String(recorded.position),
    data: recorded.stored as CloudEvent['data'],
    ...(metadata.traceparent && { traceparent: metadata.traceparent }),
    ...(metadata.tracestate && { tracestate: metadata.tracestate }),
  };
  return event as ReportCloudEvent;
}

export const eventTypeOf = ({ type }: ReportCloudEvent): ReportEventType =>
  type.slice(0, type.lastIndexOf('.')) as ReportEventType;

/** The subject of a CloudEvent. */
export const subjectOfEvent = (event: ReportCloudEvent): string =>
  subjectOf(eventTypeOf(event), event.tenant, event.subject);

/** All that our services use of a message: where to look in the event store. The rest is for subscribers without one. */
export interface Hint extends ReportSubject {
  readonly eventId: string;
  /** When the event happened, as the message says: only for figures. */
  readonly time?: string;
  /** The event's data, as the message says: only to leave something to the log that the log brings anyway. */
  readonly claims?: object;
}

/**
 * What a message points to: report, tenant and type by its subject, the event by the id in its body. Nothing else in the body is relied on, so it may
 * be of a newer version, or altered. Throws `BusError` `message_unreadable`.
 */
export function hintOf(body: Uint8Array, subject: string): Hint {
  const told = parseSubject(subject);
  const { id, time, data } = (jsonOf(body) ?? {}) as { id?: unknown; time?: unknown; data?: unknown };
  if (!told || typeof id !== 'string')
    throw unreadable(`A message on ${subject} does not name an event.`, { natsSubject: subject });
  const isTime = typeof time === 'string' && !Number.isNaN(Date.parse(time));
  const claims = typeof data === 'object' && data !== null && { claims: data };
  return { ...told, eventId: id, ...(isTime && { time }), ...claims };
}

/**
 * The event in a message, with a valid envelope and valid data that agree with its subject. Throws `BusError` `message_unreadable` or
 * `ContractError`; redelivery helps with neither.
 */
export function parseCloudEvent(body: Uint8Array, subject: string): ReportCloudEvent {
  const event = jsonOf(body);
  assertEventSchema('CloudEvent.v1', event);
  const { type, tenant, subject: reportId, data } = event as CloudEvent;
  const told = parseSubject(subject);
  if (!told || !type.startsWith(`${told.type}.v`) || told.tenant !== tenant || told.reportId !== reportId) {
    const facts = { type, tenant, reportId, natsSubject: subject };
    throw unreadable(
      `The body is a ${type} of report ${reportId}, tenant ${tenant}, but the subject is ${subject}.`,
      facts,
    );
  }
  if (!(type in eventSchemas))
    throw unreadable(`The body is a ${type}, a version that this build does not know.`, { type });
  assertEventSchema(type as EventSchemaName, data);
  return event as ReportCloudEvent;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function jsonOf(body: Uint8Array): unknown {
  if (body.byteLength > MESSAGE_BYTES_MAX) {
    const facts = { sizeBytes: body.byteLength, sizeBytesMax: MESSAGE_BYTES_MAX };
    throw unreadable(`The body has ${body.byteLength} bytes, more than ${MESSAGE_BYTES_MAX}.`, facts);
  }
  try {
    return JSON.parse(utf8.decode(body));
  } catch (cause) {
    throw unreadable('The body is not JSON in UTF-8.', { sizeBytes: body.byteLength }, { cause });
  }
}

const unreadable = (message: string, facts: Record<string, unknown>, options?: ErrorOptions) =>
  new BusError('message_unreadable', message, facts, options);
