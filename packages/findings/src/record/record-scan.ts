import {
  type Discrepancy,
  envelop,
  type Provenance,
  type ScanCompared,
  type ScanRecorded,
  streamOf,
} from '@evidence/contracts';
import {
  derivedEventId,
  type ExpectedRevision,
  isLostRace,
  type NewEvent,
  type RecordedEvent,
} from '@evidence/event-store';
import type { EventLog } from '@evidence/event-store/log';
import { foreseen, type ImportResult } from '../import-result.js';
import type { ImportedScan } from '../imported-scan.js';
import { type Comparison, seenSince } from '../weaknesses/comparison.js';
import { type Row, rowsOf } from '../weaknesses/rows.js';
import { type ComparedRows, compare, SeenWeaknesses, weaknessHistory } from './compare.js';
import { reopen, resolve, supersede } from './consequences.js';
import { readOtherwise } from './read-otherwise.js';

/** Findings in one append; even the largest stay below the event store's limit for an append. */
const FINDINGS_PER_APPEND = 250;
/** Appends that are sent before the first of them is answered: the store has work while the next part is made. */
const PARTS_IN_FLIGHT = 3;
/** How often a stream that somebody else is writing is read again. */
const ATTEMPTS_MAX = 5;

export interface RecordScan {
  readonly store: EventLog;
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
  if (comparison.reopening) await reopen(store, scan.tenant, comparison.reopening, provenance);
  const counts = countsToRecord(scan, comparison.rows);
  const rows = rowsOf(findings, comparison);
  const otherwise = await readOtherwise(store, scan);
  const { recorded, observed } = await appendScan(store, { ...scan, counts }, rows, provenance);
  await supersede(store, comparison, provenance);
  await resolve(store, scan, comparison, provenance);
  await reopenSeenSince(store, scan, comparison, provenance);
  const before = recorded < counts.recorded ? { already_recorded: counts.recorded - recorded } : {};
  return {
    ...result,
    counts: { in: counts.in, recorded, observed, skipped: { ...counts.skipped, ...before } },
    discrepancies: [...scan.discrepancies, ...filesOfRun(scan, comparison), ...otherwise],
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

/**
 * A scan that was imported between the comparison and what follows from it may have seen a weakness again before it was resolved, and have
 * had nothing to reopen.
 */
async function reopenSeenSince(
  store: EventLog,
  scan: ScanRecorded,
  { resolved }: Comparison,
  provenance: Provenance,
): Promise<void> {
  if (resolved.size === 0) return;
  const history = await weaknessHistory(store, scan);
  for (const reopening of seenSince(history, scan.scanId, new Set(resolved.keys())))
    await reopen(store, scan.tenant, reopening, provenance);
}

/** What this file and earlier ones of its run are to each other. */
function filesOfRun({ scanId }: ScanRecorded, { copies, apart }: Comparison): Discrepancy[] {
  return [
    ...copies.map(({ loser, winner }) => {
      const [earlier, which] =
        loser.scanId === scanId ? [winner, 'the earlier import counts'] : [loser, 'this file replaces it'];
      return { subject: `${importedBefore(earlier)}; ${which}`, stated: loser.seen, counted: 0 };
    }),
    ...apart.map((earlier) => ({
      subject: `${importedBefore(earlier)}; each has results that the other lacks, so both count`,
      stated: earlier.seen,
      counted: earlier.seen,
    })),
  ];
}

const importedBefore = ({ scanId, copy }: Pick<ScanCompared, 'scanId' | 'copy'>): string =>
  copy
    ? `run ${copy.runId} was imported before as a ${copy.kind} (scan ${scanId})`
    : `the same rows were imported before (scan ${scanId})`;

async function appendScan(
  store: EventLog,
  scan: ScanRecorded,
  rows: AsyncIterable<Row>,
  provenance: Provenance,
): Promise<{ readonly recorded: number; readonly observed: number }> {
  const stream = streamOf.scan(scan.scanId);
  const done = { recorded: 0, observed: 0 };
  for (let attempt = 1; ; attempt++) {
    const present = new RecordedIds(store, stream);
    try {
      await appendInOrder(
        store,
        stream,
        partsOf(missing(eventsOf(scan, rows, provenance), present)),
        present,
        (part) => {
          done.recorded += part.filter(({ type }) => type !== 'ScanRecorded').length;
          done.observed += part.filter(({ type }) => type === 'FindingObserved').length;
        },
      );
      return done;
    } catch (error) {
      if (!isLostRace(error) || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/**
 * Each part expects the revision at which the one before ends, so that none is written without those before it. Throws the first failure, once
 * no append is under way any more.
 */
async function appendInOrder(
  store: EventLog,
  stream: string,
  parts: AsyncIterable<readonly NewEvent[]>,
  present: Pick<RecordedIds, 'revision'>,
  written: (part: readonly NewEvent[]) => void,
): Promise<void> {
  const inFlight: Promise<void>[] = [];
  try {
    for await (const part of parts) {
      const expected = present.revision;
      present.revision = (typeof expected === 'bigint' ? expected : -1n) + BigInt(part.length);
      const append = store.append(stream, expected, part).then(() => written(part));
      // It is awaited below, in its turn.
      append.catch(() => undefined);
      inFlight.push(append);
      if (inFlight.length >= PARTS_IN_FLIGHT) await inFlight.shift();
    }
    for (const append of inFlight) await append;
  } finally {
    await Promise.allSettled(inFlight);
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

  constructor(store: EventLog, stream: string) {
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
