import { beginSpan, contextOf, failSpan, type TraceCarrier } from '@evidence/runtime/trace';
import { type Link, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Delivery } from '../port.js';

/** The most links of one batch, because a rebuild repeats any number of traces. */
const LINKS_MAX = 32;

/**
 * Applies a batch of past events to a view, in its own trace, with links to the traces that the events belong to: a rebuild refers to these traces
 * and does not extend them. Live events are not traced, because that would be one span per event and view.
 */
export function inCatchUpSpan(view: string | undefined, deliveries: readonly Delivery[], apply: () => void): void {
  const span = beginSpan('catch up', { parent: ROOT_CONTEXT });
  if (span.isRecording()) {
    if (view) span.setAttribute('evidence.view', view);
    span.setAttribute('evidence.view.events', deliveries.length);
    span.addLinks(linksOf(deliveries));
  }
  try {
    apply();
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** One link per trace. */
function linksOf(deliveries: readonly Delivery[]): Link[] {
  const links = new Map<string, Link>();
  for (const delivery of deliveries) {
    if (links.size >= LINKS_MAX) break;
    const { traceparent, tracestate } = delivery.kind === 'event' ? (delivery.event.metadata as TraceCarrier) : {};
    if (!traceparent) continue;
    const told = trace.getSpanContext(contextOf({ traceparent, ...(tracestate && { tracestate }) }));
    if (told) links.set(told.traceId, { context: told });
  }
  return [...links.values()];
}
