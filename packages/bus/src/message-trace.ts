import { contextOf, type TraceCarrier } from '@evidence/runtime';
import type { MsgHdrs } from '@nats-io/transport-node';
import { type Context, trace } from '@opentelemetry/api';

export const tracer = trace.getTracer('@evidence/bus');

/** Messaging spans are named and described by OpenTelemetry's semantic conventions for messaging (1.29, in development). */
export const messagingAttributes = (subject: string, eventId: string, operation: 'send' | 'process') => ({
  'messaging.system': 'nats',
  'messaging.destination.name': subject,
  'messaging.message.id': eventId,
  'messaging.operation.type': operation,
});

/** The trace that a message continues: its headers', which name the publishing span, else its event's own. */
export function parentOf(headers: MsgHdrs | undefined, event: TraceCarrier): Context {
  const traceparent = headers?.get('traceparent');
  if (!traceparent) return contextOf(event);
  const tracestate = headers?.get('tracestate');
  return contextOf({ traceparent, ...(tracestate && { tracestate }) });
}
