import { type Context, context, type Link, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';

/** A trace on its way, as an event's metadata and a CloudEvent carry it (W3C Trace Context; the CloudEvents extension has the same two members). */
export interface TraceCarrier {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/** The active span's trace for a carrier. Empty when tracing is off or nothing is traced. */
export function activeTrace(): TraceCarrier {
  const carrier: TraceCarrier = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

/** The context that continues the carried trace. The root context when there is none. */
export function contextOf(carrier: TraceCarrier): Context {
  return propagation.extract(ROOT_CONTEXT, carrier);
}

/** A link to the carried trace, unless `parent` continues it already: a replay points at the trace that it repeats, it does not lengthen it. */
export function linkTo(carrier: TraceCarrier, parent: Context): Link[] {
  const carried = trace.getSpanContext(contextOf(carrier));
  if (!carried || carried.traceId === trace.getSpanContext(parent)?.traceId) return [];
  return [{ context: carried }];
}
