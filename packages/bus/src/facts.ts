import { isValid, streamOf } from '@evidence/contracts';
import { type EventLog, HistoryUnreadableError, readStreamOnce, type StreamReading } from '@evidence/event-store/log';
import { cloudEventOf, type Hint, type ReportCloudEvent } from './cloudevents.js';
import type { RecentReports } from './recent-reports.js';
import { writerOf } from './relay-publisher.js';
import type { Service } from './subjects.js';

/** The events that services consume come first in a report's stream; only downloads, which nobody consumes, make a stream long. */
const EVENTS_LOOKED_THROUGH_MAX = 1_000;

/** The event that a message names, and the report's stream in which it was found. */
export interface Fact {
  readonly event: ReportCloudEvent;
  readonly history: StreamReading;
}

/**
 * The event that a hint names, as the event store has it; undefined when there is none with that id, type, report and tenant. A forged message
 * therefore causes one read of the store and nothing else. `recent`: where it may be found without a read. `over`: the event cannot be read, but
 * need not be, because the report has failed. Throws as `readStream` does, and `HistoryUnreadableError` when the named event itself cannot be read;
 * the handler checks the report's other events.
 */
export async function factOf(
  store: Pick<EventLog, 'readStream'>,
  { eventId, type, tenant, reportId }: Hint,
  recent?: Pick<RecentReports, 'endingWith'>,
): Promise<Fact | 'over' | undefined> {
  if (!isValid('Vocabulary.v1', 'ReportId', reportId)) return undefined;
  const history =
    recent?.endingWith(eventId, reportId) ??
    (await readStreamOnce(store, streamOf.report(reportId), EVENTS_LOOKED_THROUGH_MAX));
  const event = history.events.find(({ id }) => id === eventId);
  if (event) {
    if (event.type !== type || event.metadata.tenant !== tenant) return undefined;
    // A handler gets the newest version, whatever is stored.
    return { event: cloudEventOf({ ...event, stored: event.data }, writerOf(event) as Service), history };
  }
  const unreadable = history.unreadable.find(({ id }) => id === eventId);
  if (!unreadable) return undefined;
  if (history.events.some((event) => event.type === 'ReportFailed')) return 'over';
  throw new HistoryUnreadableError(unreadable);
}
