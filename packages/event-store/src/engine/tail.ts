import type { Position } from '../port.js';
import { type LogPage, PAGE_EVENTS_MAX, type StoredEvent } from './page.js';
import { type LogFilter, passes } from './statements.js';

/** At this size, data and metadata together, the older half is dropped. Readers further behind read the file. */
const TAIL_BYTES_MAX = 4 * 1024 * 1024;

/**
 * The last committed events, in memory: every subscriber at the end of the log takes them from here, so an append is not read from the file and
 * encoded once for each of them.
 */
export class Tail {
  #events: StoredEvent[] = [];
  #sizeBytes = 0;

  /** `events` follow the ones before without a gap. */
  add(events: readonly StoredEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      this.#sizeBytes += sizeOf(event);
    }
    if (this.#sizeBytes <= TAIL_BYTES_MAX) return;
    let dropped = 0;
    while (this.#sizeBytes > TAIL_BYTES_MAX / 2) this.#sizeBytes -= sizeOf(this.#events[dropped++]!);
    this.#events.splice(0, dropped);
  }

  /** As `EventLog.readForwards`; undefined if some of the events after `after` may no longer be here. */
  read(after: Position, until: Position, filter: LogFilter | undefined, limit: number): LogPage | undefined {
    const first = this.#events[0]?.position;
    if (first === undefined || after < first - 1n) return undefined;
    // Positions have no gaps, see `schema.ts`.
    const recent = this.#events.slice(Number(after - first) + 1, Number(until - first) + 1);
    const events = recent.filter((event) => passes(filter, event));
    const countMax = Math.min(limit, PAGE_EVENTS_MAX);
    if (events.length <= countMax) return { events, lookedAt: until };
    const page = events.slice(0, countMax);
    return { events: page, lookedAt: page.at(-1)!.position };
  }
}

const sizeOf = ({ data, metadata }: StoredEvent): number => data.byteLength + metadata.byteLength;
