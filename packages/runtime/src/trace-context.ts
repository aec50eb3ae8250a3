import { type Context, context, type Link, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';

/** A trace context in transit, as in an event's metadata or a CloudEvent (W3C Trace Context; the CloudEvents extension has the same two members). */
export interface TraceCarrier {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** The trace context of the active span. Empty when tracing is off or nothing is traced. */
export function activeTrace(): TraceCarrier {
  const carrier: TraceCarrier = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

/** The context that continues the carried trace; the root context if there is none. */
export function contextOf(carrier: TraceCarrier): Context {
  return propagation.extract(ROOT_CONTEXT, carrier);
}

/** A link to the carried trace, unless `parent` already continues it: a replay points to the trace that it repeats, and does not extend it. */
export function linkTo(carrier: TraceCarrier, parent: Context): Link[] {
  const carried = trace.getSpanContext(contextOf(carrier));
  if (!carried || carried.traceId === trace.getSpanContext(parent)?.traceId) return [];
  return [{ context: carried }];
}
