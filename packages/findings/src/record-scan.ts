import { type Discrepancy, envelop, type Provenance, type ScanRecorded, streamOf } from '@evidence/contracts';
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
import { type ComparedRows, compare, SeenWeaknesses } from './weaknesses/compare.js';
import type { Comparison } from './weaknesses/comparison.js';
import { reopen, resolve, supersede } from './weaknesses/consequences.js';
import { type Row, rowsOf } from './weaknesses/rows.js';

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
 * Compares the scan with what is known of its endpoint, and appends it with its findings to `scan-<scanId>`, in parts. What is there
 * already is skipped as `already_recorded`: a second import records nothing, and one that was cut off is finished by the next. What
 * another copy of the run has is skipped as `same_run`. The order of the appends is explained in the package's README. Throws
 * `EventStoreError` (`unavailable`: import again later; `wrong_expected_revision`: others kept importing; import again).
 */
export async function recordScan({ store, imported, provenance }: RecordScan): Promise<ImportResult> {
  const { scan, findings } = imported;
  const seen = new SeenWeaknesses(imported);
  const result = await foreseen(imported, (finding) => seen.add(finding));
  const comparison = await compare(store, imported, seen.byFindingId, provenance);
  await reopen(store, scan, comparison, provenance);
  const counts = countsToRecord(scan, comparison.rows);
  const rows = rowsOf(findings, comparison);
  const { recorded, observed } = await appendScan(store, { ...scan, counts }, rows, provenance);
  await supersede(store, comparison, provenance);
  await resolve(store, scan, comparison, provenance);
  const before = recorded < counts.recorded ? { already_recorded: counts.recorded - recorded } : {};
  return {
    ...result,
    counts: { in: counts.in, recorded, observed, skipped: { ...counts.skipped, ...before } },
    discrepancies: [...scan.discrepancies, ...copiesOfRun(comparison)],
  };
}

/** What there is to record when nothing of the scan is recorded yet. */
function countsToRecord(
  { counts }: ScanRecorded,
  { recorded, observed }: ComparedRows['rows'],
): ScanRecorded['counts'] {
  const sameRun = counts.recorded - recorded;
  const skipped = sameRun > 0 ? { ...counts.skipped, same_run: sameRun } : counts.skipped;
  return { in: counts.in, recorded, observed, skipped };
}

function copiesOfRun({ copies }: Comparison): Discrepancy[] {
  if (!copies?.loser.copy) return [];
  const { earlier, loser, winner } = copies;
  const which = winner === earlier ? 'that one counts' : 'this file replaces it';
  const subject = `run ${loser.copy?.runId} was imported before as a ${earlier.copy?.kind} (scan ${earlier.scanId}); ${which}`;
  return [{ subject, stated: loser.seen, counted: 0 }];
}

async function appendScan(
  store: EventStore,
  scan: ScanRecorded,
  rows: AsyncIterable<Row>,
  provenance: Provenance,
): Promise<{ readonly recorded: number; readonly observed: number }> {
  const stream = streamOf.scan(scan.scanId);
  const done = { recorded: 0, observed: 0 };
  for (let attempt = 1; ; attempt++) {
    const present = new RecordedIds(store, stream);
    try {
      for await (const part of partsOf(missing(eventsOf(scan, rows, provenance), present))) {
        present.revision = (await store.append(stream, present.revision, part)).revision;
        done.recorded += part.filter(({ type }) => type !== 'ScanRecorded').length;
        done.observed += part.filter(({ type }) => type === 'FindingObserved').length;
      }
      return done;
    } catch (error) {
      const lostRace = error instanceof EventStoreError && error.code === 'wrong_expected_revision';
      if (!lostRace || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/** The ids follow from what is recorded, so that every import of the file writes the same events. */
async function* eventsOf(
  scan: ScanRecorded,
  rows: AsyncIterable<Row>,
  provenance: Provenance,
): AsyncGenerator<NewEvent> {
  yield envelop(derivedEventId(scan.scanId, 'ScanRecorded'), { type: 'ScanRecorded', data: scan }, provenance);
  for await (const { place, ...event } of rows)
    yield envelop(derivedEventId(`${scan.scanId}/${event.data.findingId}/${place}`, event.type), event, provenance);
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
