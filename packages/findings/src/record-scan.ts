import { envelop, type Provenance, streamOf } from '@evidence/contracts';
import {
  derivedEventId,
  type EventStore,
  EventStoreError,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
} from '@evidence/event-store';
import { foreseen, type ImportResult } from './import-result.js';
import type { ImportedScan } from './import-scan.js';

/** Findings in one append; even the largest stay below the event store's limit for an append. */
const FINDINGS_PER_APPEND = 250;
/** How often a stream that somebody else is writing is read again. */
const ATTEMPTS_MAX = 5;

export interface RecordScan {
  readonly store: EventStore;
  readonly imported: ImportedScan;
  readonly provenance: Provenance;
}

/**
 * Appends the scan and its findings to `scan-<scanId>`, in parts. What is there already is skipped as `already_recorded`: a second import
 * records nothing, and one that was cut off is finished by the next. Throws `EventStoreError` (`unavailable`: import again later;
 * `wrong_expected_revision`: others kept importing the same file; import again).
 */
export async function recordScan({ store, imported, provenance }: RecordScan): Promise<ImportResult> {
  const stream = streamOf.scan(imported.scan.scanId);
  let recorded = 0;
  for (let attempt = 1; ; attempt++) {
    const present = new RecordedIds(store, stream);
    try {
      for await (const part of partsOf(missing(eventsOf(imported, provenance), present))) {
        present.revision = (await store.append(stream, present.revision, part)).revision;
        recorded += part.filter(({ type }) => type === 'FindingRecorded').length;
      }
      break;
    } catch (error) {
      const lostRace = error instanceof EventStoreError && error.code === 'wrong_expected_revision';
      if (!lostRace || attempt === ATTEMPTS_MAX) throw error;
    }
  }
  const result = await foreseen(imported);
  const { recorded: all, skipped } = result.counts;
  const before = recorded < all ? { already_recorded: all - recorded } : {};
  return { ...result, counts: { ...result.counts, recorded, skipped: { ...skipped, ...before } } };
}

/**
 * The ids of the events in a stream, read along with the question. Events of a scan are always written in the same order, so that each
 * id asked for is the next one in the stream and nothing has to be remembered.
 */
class RecordedIds {
  /** Of the last event that was read. */
  revision: ExpectedRevision = 'no_stream';
  readonly #events: AsyncIterator<RecordedEvent>;
  /** Read, and not asked for yet: an importer of another version had other findings in this file. */
  readonly #ahead = new Set<string>();

  constructor(store: EventStore, stream: string) {
    this.#events = store.readStream(stream)[Symbol.asyncIterator]();
  }

  /** Once it has said no, it has read the whole stream. */
  async has(id: string): Promise<boolean> {
    while (!this.#ahead.delete(id)) {
      const { done, value } = await this.#events.next();
      if (done) return false;
      this.revision = value.revision;
      this.#ahead.add(value.id);
    }
    return true;
  }
}

async function* missing(events: AsyncIterable<NewEvent>, present: RecordedIds): AsyncGenerator<NewEvent> {
  for await (const event of events) if (!(await present.has(event.id))) yield event;
}

/** The ids follow from what is recorded, so that every import of the file writes the same events. */
async function* eventsOf({ scan, findings }: ImportedScan, provenance: Provenance): AsyncGenerator<NewEvent> {
  yield envelop(derivedEventId(scan.scanId, 'ScanRecorded'), { type: 'ScanRecorded', data: scan }, provenance);
  for await (const data of findings)
    yield envelop(derivedEventId(data.findingId, 'FindingRecorded'), { type: 'FindingRecorded', data }, provenance);
}

async function* partsOf(events: AsyncIterable<NewEvent>): AsyncGenerator<readonly NewEvent[]> {
  let part: NewEvent[] = [];
  for await (const event of events) {
    part.push(event);
    if (part.length < FINDINGS_PER_APPEND) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
