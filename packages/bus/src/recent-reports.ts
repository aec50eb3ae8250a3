import { type EventType, streamOf } from '@evidence/contracts';
import type { EventLog, LogDelivery, LogEvent, StreamReading } from '@evidence/event-store/log';
import { remember } from '@evidence/runtime';

/** More than are in progress at once. Of those that wait for their turn, the last ones are kept; the others are read when their turn comes. */
const REPORTS_MAX = 128;
/** What ends a report before its service has done its part. */
const END: EventType = 'ReportFailed';

/**
 * The reports that were requested a moment ago, as the relay's subscription has delivered them: a service that hears of a report reads its stream
 * only if it is not here. That saves 1 to 2 ms of the CPU of a small report in mapping, renderer and the store together. A subscription of its own would
 * cost as much as the reads do (November 2026).
 *
 * A history is used only when it is whole, and ends with the event that the message names. If somebody has written to the stream since, the append
 * that is based on it expects the wrong revision, and the report is read and decided again.
 */
export class RecentReports {
  readonly #histories = new Map<string, readonly LogEvent[]>();

  /** `types`: what is written to a report's stream, by other services, until the service hears of it, and the event that it hears. */
  constructor(private readonly types: readonly EventType[]) {}

  /**
   * The log for a relay that publishes events of the types `own`: its subscription also has what is kept here, and the end of reports, whose message may
   * come again for an hour, and hides both from the relay.
   */
  logFor(store: EventLog, own: readonly EventType[]): EventLog {
    const filter = { types: [...new Set([...own, ...this.types, END])] };
    return { ...store, subscribe: (options) => this.#keptFrom(store.subscribe({ ...options, filter }), own) };
  }

  /** The whole stream of a report, if its last event is the one with this id. */
  endingWith(eventId: string, reportId: string): StreamReading | undefined {
    const events = this.#histories.get(streamOf.report(reportId));
    const last = events?.at(-1);
    if (!events || last?.id !== eventId) return undefined;
    return { events, unreadable: [], revision: last.revision, isWhole: true };
  }

  async *#keptFrom(
    deliveries: AsyncIterable<readonly LogDelivery[]>,
    own: readonly EventType[],
  ): AsyncGenerator<readonly LogDelivery[]> {
    // It may be another log than before.
    this.#histories.clear();
    for await (const batch of deliveries) yield batch.map((delivery) => this.#withoutKept(delivery, own));
  }

  #withoutKept(delivery: LogDelivery, own: readonly EventType[]): LogDelivery {
    if (delivery.kind !== 'event' && delivery.kind !== 'unreadable') return delivery;
    const { type, stream, position } = delivery.event;
    if (!this.types.some((kept) => kept === type)) {
      // The service has done its part, or need not.
      this.#histories.delete(stream);
      return own.some((relayed) => relayed === type) ? delivery : { kind: 'checkpoint', position };
    }
    // The next event that can be read is not the next one of what is kept.
    if (delivery.kind === 'event') this.#keep(delivery.event);
    return { kind: 'checkpoint', position };
  }

  #keep(event: LogEvent): void {
    const { stream, revision } = event;
    const before = this.#histories.get(stream) ?? [];
    // A template may have a megabyte, and takes longer than any read.
    const isLarge = event.type === 'ReportRequested' && event.data.template !== undefined;
    if (isLarge || revision !== BigInt(before.length)) this.#histories.delete(stream);
    else remember(this.#histories, stream, [...before, event], REPORTS_MAX);
  }
}
