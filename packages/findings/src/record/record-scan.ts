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
import { importSays } from '../sentences/records.js';
import { type Comparison, seenSince } from '../weaknesses/comparison.js';
import { type Row, rowsOf } from '../weaknesses/rows.js';
import { type ComparedRows, compare, SeenWeaknesses, weaknessHistory } from './compare.js';
import { reopen, resolve, supersede } from './consequences.js';
import { readOtherwise } from './read-otherwise.js';

/** Findings in one append; even with the largest findings, it stays below the event store's limit. */
const FINDINGS_PER_APPEND = 250;
/** Appends in flight at once, so that the store has work while the next part is prepared. */
const PARTS_IN_FLIGHT = 4;
/** How often a stream is read again because another writer was faster. */
const ATTEMPTS_MAX = 5;

export interface RecordScan {
  readonly store: EventLog;
  readonly imported: ImportedScan;
  readonly provenance: Provenance;
}

/**
 * Compares the scan with the known weaknesses of its endpoint, and appends it with its findings to `scan-<scanId>`, in parts. Rows that
 * are already there are skipped as `already_recorded`: a second import records nothing, and an interrupted one is finished by the next.
 * Rows of another copy of the run are skipped as `same_run`. The package's README explains the order of the appends. Throws
 * `EventStoreError`: `unavailable` (import again later); `wrong_expected_revision` if others kept importing (import again).
 */
export async function recordScan({ store, imported, provenance }: RecordScan): Promise<ImportResult> {
  const { scan, findings } = imported;
  const seen = new SeenWeaknesses(imported);
  const result = await foreseen(imported, (finding) => seen.add(finding));
  const comparison = await compare(store, imported, seen.byFindingId, provenance);
  if (comparison.reopening) await reopen(store, scan.tenant, comparison.reopening, provenance);
  const counts = countsToRecord(scan, comparison.rows);
  const rows = () => rowsOf(findings, comparison);
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

/** The counts if nothing of the scan is recorded yet. */
function countsToRecord(
  { counts }: ScanRecorded,
  { recorded, observed }: ComparedRows['rows'],
): ScanRecorded['counts'] {
  const sameRun = counts.recorded - recorded;
  const skipped = sameRun > 0 ? { ...counts.skipped, same_run: sameRun } : counts.skipped;
  return { in: counts.in, recorded, observed, skipped };
}

/**
 * A scan that was imported after the comparison may have seen a weakness again before this import resolved it, when there was nothing to
 * reopen yet.
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

/** How this file relates to earlier files of its run. */
function filesOfRun({ scanId }: ScanRecorded, { copies, apart }: Comparison): Discrepancy[] {
  return [
    ...copies.map(({ loser, winner }) => {
      const subject =
        loser.scanId === scanId
          ? importSays.earlierCounts(importedBefore(winner))
          : importSays.thisReplaces(importedBefore(loser));
      return { subject, stated: loser.seen, counted: 0 };
    }),
    ...apart.map((earlier) => ({
      subject: importSays.bothCount(importedBefore(earlier)),
      stated: earlier.seen,
      counted: earlier.seen,
    })),
  ];
}

const importedBefore = ({ scanId, copy }: Pick<ScanCompared, 'scanId' | 'copy'>): string =>
  copy ? importSays.sameRun(copy.runId, copy.kind, scanId) : importSays.sameRows(scanId);

async function appendScan(
  store: EventLog,
  scan: ScanRecorded,
  rows: () => AsyncIterable<readonly Row[]>,
  provenance: Provenance,
): Promise<{ readonly recorded: number; readonly observed: number }> {
  const stream = streamOf.scan(scan.scanId);
  const done = { recorded: 0, observed: 0 };
  for (let attempt = 1; ; attempt++) {
    const present = new RecordedIds(store, stream);
    try {
      await appendInOrder(store, stream, partsOf(eventsOf(scan, rows(), provenance), present), present, (part) => {
        done.recorded += part.filter(({ type }) => type !== 'ScanRecorded').length;
        done.observed += part.filter(({ type }) => type === 'FindingObserved').length;
      });
      return done;
    } catch (error) {
      if (!isLostRace(error) || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/**
 * Each part expects the revision at which the previous one ends, so that no part is written without its predecessors. Throws the first
 * failure after all appends have ended.
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
      // Awaited below, in order.
      append.catch(() => undefined);
      inFlight.push(append);
      if (inFlight.length >= PARTS_IN_FLIGHT) await inFlight.shift();
    }
    for (const append of inFlight) await append;
  } finally {
    await Promise.allSettled(inFlight);
  }
}

/** The event ids are derived from what is recorded, so that every import of the file writes the same events. */
async function* eventsOf(
  scan: ScanRecorded,
  rows: AsyncIterable<readonly Row[]>,
  provenance: Provenance,
): AsyncGenerator<readonly NewEvent[]> {
  yield [envelop(derivedEventId(scan.scanId, 'ScanRecorded'), { type: 'ScanRecorded', data: scan }, provenance)];
  for await (const part of rows)
    yield part.map((row) =>
      envelop(derivedEventId(`${scan.scanId}/${row.data.findingId}/${row.place}`, row.type), row, provenance),
    );
}

/**
 * The ids of the events in a stream, read as they are asked for. Events of a scan are always written in the same order, so each id asked
 * for is normally the next one in the stream and little has to be remembered.
 */
class RecordedIds {
  /** The revision of the last event that was read. */
  revision: ExpectedRevision = 'no_stream';
  readonly #events: AsyncIterator<RecordedEvent>;
  /** Read but not asked for yet: another version of the importer found other findings in this file. */
  readonly #ahead = new Set<string>();
  #isRead = false;

  constructor(store: EventLog, stream: string) {
    this.#events = store.readStream(stream)[Symbol.asyncIterator]();
  }

  /** Those of `events` that are not in the stream. If there are any, the whole stream has been read. */
  async missing(events: readonly NewEvent[]): Promise<readonly NewEvent[]> {
    const missing: NewEvent[] = [];
    for (const event of events) {
      const isThere = this.#isRead ? this.#ahead.delete(event.id) : await this.#has(event.id);
      if (!isThere) missing.push(event);
    }
    return missing;
  }

  async #has(id: string): Promise<boolean> {
    while (!this.#ahead.delete(id)) {
      const { done, value } = await this.#events.next();
      if (done) {
        this.#isRead = true;
        return false;
      }
      this.revision = value.revision;
      this.#ahead.add(value.id);
    }
    return true;
  }
}

/** The events that are not yet in the stream, as they are appended. */
async function* partsOf(
  events: AsyncIterable<readonly NewEvent[]>,
  present: Pick<RecordedIds, 'missing'>,
): AsyncGenerator<readonly NewEvent[]> {
  let waiting: NewEvent[] = [];
  for await (const some of events) {
    waiting.push(...(await present.missing(some)));
    for (; waiting.length >= FINDINGS_PER_APPEND; waiting = waiting.slice(FINDINGS_PER_APPEND))
      yield waiting.slice(0, FINDINGS_PER_APPEND);
  }
  if (waiting.length > 0) yield waiting;
}
