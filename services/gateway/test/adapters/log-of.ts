import { randomUUID } from 'node:crypto';
import type { EventOf, EventType } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { markOf } from '@evidence/event-store';
import type { LogEvent } from '@evidence/event-store/log';
import type { ViewFile } from '@evidence/event-store/view';

/** The events, as the log has them one after the other. */
export function logOf(events: readonly EventOf<EventType>[]): LogEvent[] {
  return events.map(
    (event, index) =>
      ({
        ...{ ...event, id: randomUUID(), stream: 'some', revision: BigInt(index), position: BigInt(index + 1) },
        ...{ metadata: exampleMetadata(), stored: event.data, recordedAt: '2026-05-22T10:35:00Z' },
      }) as LogEvent,
  );
}

/** An example of the event, about this report. */
export const aboutReport = <T extends EventType>(type: T, reportId: string, more: object = {}) =>
  ({ type, data: { ...exampleOf(type), reportId, ...more } }) as unknown as EventOf<EventType>;

export interface Built {
  readonly file: ViewFile;
  apply(event: LogEvent): void;
  beforeCommit(): void;
}

/** Applies the events as the projection does, in one transaction. */
export function applyTo(view: Built, batch: readonly LogEvent[]): void {
  view.file.transaction(markOf(batch.at(-1)!), () => {
    for (const event of batch) view.apply(event);
    view.beforeCommit();
  });
}
