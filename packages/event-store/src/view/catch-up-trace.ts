import { beginSpan, contextOf, failSpan, type TraceCarrier } from '@evidence/runtime/trace';
import { type Link, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Delivery } from '../port.js';

/** The most links of one batch, because a rebuild repeats any number of traces. */
const LINKS_MAX = 32;

/**
 * The span of a batch of past events that is applied to a view. It is a trace of its own, with links to the traces that the events belong to: a rebuild
 * refers to these traces and does not extend them. Live events are not traced, because that would be one span per event and view.
 */
export class CatchUpSpan {
  readonly #span = beginSpan('catch up', { parent: ROOT_CONTEXT });
  /** By trace. */
  readonly #links = new Map<string, Link>();
  #events = 0;

  constructor(view: string | undefined) {
    if (view) this.#span.setAttribute('evidence.view', view);
  }

  add(deliveries: readonly Delivery[]): void {
    this.#events += deliveries.length;
    if (!this.#span.isRecording()) return;
    for (const delivery of deliveries) {
      if (this.#links.size >= LINKS_MAX) return;
      const { traceparent, tracestate } = delivery.kind === 'event' ? (delivery.event.metadata as TraceCarrier) : {};
      if (!traceparent) continue;
      const told = trace.getSpanContext(contextOf({ traceparent, ...(tracestate && { tracestate }) }));
      if (told) this.#links.set(told.traceId, { context: told });
    }
  }

  /** `cause`: why the batch could not be applied. */
  end(cause?: unknown): void {
    this.#span.setAttribute('evidence.view.events', this.#events);
    this.#span.addLinks([...this.#links.values()]);
    if (cause !== undefined) failSpan(this.#span, cause);
    this.#span.end();
  }
}
