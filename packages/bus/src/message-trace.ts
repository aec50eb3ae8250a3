import { activeTrace, contextOf, type SpanAttributes, type TraceCarrier } from '@evidence/runtime/trace';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { CLOUDEVENT_MEDIA_TYPE } from './cloudevents.js';
import { parseSubject, patternOf } from './subjects.js';

/** The values of `messaging.operation.name`, which are the names that NATS itself uses. */
const OPERATION_NAMES = { send: 'publish', process: 'process' } as const;

/** Messaging spans are named and described by OpenTelemetry's semantic conventions for messaging (1.45, in development). */
export function messagingAttributes(
  operation: keyof typeof OPERATION_NAMES,
  subject: string,
  eventId?: string,
): SpanAttributes {
  const told = parseSubject(subject);
  return {
    // The name until 1.44, which trace viewers know, and the one that replaced it.
    'messaging.system': 'nats',
    'messaging.system.name': 'nats',
    'messaging.destination.name': subject,
    ...(told && { 'messaging.destination.template': patternOf(told.type) }),
    ...(eventId && { 'messaging.message.id': eventId }),
    'messaging.operation.type': operation,
    'messaging.operation.name': OPERATION_NAMES[operation],
  };
}

/** The headers of an event's message, with the active trace, otherwise the event's own. */
export function headersOf(event: TraceCarrier): MsgHdrs {
  const active = activeTrace();
  const { traceparent, tracestate } = active.traceparent ? active : event;
  const all = headers();
  all.set('Content-Type', CLOUDEVENT_MEDIA_TYPE);
  if (traceparent) all.set('traceparent', traceparent);
  if (tracestate) all.set('tracestate', tracestate);
  return all;
}

/** The trace that a message continues: its headers name the span that published it. */
export function parentOf(headers: MsgHdrs | undefined): Context {
  const traceparent = headers?.get('traceparent');
  if (!traceparent) return ROOT_CONTEXT;
  const tracestate = headers?.get('tracestate');
  return contextOf({ traceparent, ...(tracestate && { tracestate }) });
}
