import { envelop, type Provenance, type ScanRecorded, streamOf } from '@evidence/contracts';
import {
  derivedEventId,
  type EventStore,
  EventStoreError,
  type ExpectedRevision,
  type NewEvent,
} from '@evidence/event-store';
import type { ImportedScan } from './import-scan.js';
import type { ImportWarning } from './parsed-scan.js';

/** Findings in one append; even the largest stay below the event store's limit for an append. */
const FINDINGS_PER_APPEND = 250;
/** How often a stream that somebody else is writing is read again. */
const ATTEMPTS_MAX = 5;

/** What an import did. `counts.in` = `counts.recorded` + all `counts.skipped`. */
export interface ImportResult {
  readonly scanId: string;
  readonly format: ScanRecorded['format'];
  readonly counts: ScanRecorded['counts'];
  readonly evaluated: boolean;
  readonly evaluations: { readonly total: number; readonly passed: number; readonly failed: number };
  readonly discrepancies: ScanRecorded['discrepancies'];
  readonly warnings: readonly ImportWarning[];
}

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
  const { scan, findings, warnings } = imported;
  let recorded = 0;
  for (let attempt = 1; ; attempt++) {
    const { revision, eventIds } = await readIds(store, streamOf.scan(scan.scanId));
    const missing = eventsOf(imported, provenance).filter(({ id }) => !eventIds.has(id));
    try {
      for await (const part of appendInParts(store, streamOf.scan(scan.scanId), revision, missing))
        recorded += findingsIn(part);
      break;
    } catch (error) {
      const lostRace = error instanceof EventStoreError && error.code === 'wrong_expected_revision';
      if (!lostRace || attempt === ATTEMPTS_MAX) throw error;
    }
  }
  const { total, passed, failed } = scan.evaluations;
  const alreadyRecorded = findings.length - recorded;
  const skipped =
    alreadyRecorded > 0 ? { ...scan.counts.skipped, already_recorded: alreadyRecorded } : scan.counts.skipped;
  return {
    scanId: scan.scanId,
    format: scan.format,
    counts: { in: scan.counts.in, recorded, skipped },
    evaluated: scan.evaluated,
    evaluations: { total, passed, failed },
    discrepancies: scan.discrepancies,
    warnings,
  };
}

async function readIds(
  store: EventStore,
  stream: string,
): Promise<{ revision: ExpectedRevision; eventIds: Set<string> }> {
  const eventIds = new Set<string>();
  let revision: ExpectedRevision = 'no_stream';
  for await (const event of store.readStream(stream)) {
    eventIds.add(event.id);
    revision = event.revision;
  }
  return { revision, eventIds };
}

/** The ids follow from what is recorded, so that every import of the file writes the same events. */
const eventsOf = ({ scan, findings }: ImportedScan, provenance: Provenance): NewEvent[] => [
  envelop(derivedEventId(scan.scanId, 'ScanRecorded'), { type: 'ScanRecorded', data: scan }, provenance),
  ...findings.map((data) =>
    envelop(derivedEventId(data.findingId, 'FindingRecorded'), { type: 'FindingRecorded', data }, provenance),
  ),
];

async function* appendInParts(
  store: EventStore,
  stream: string,
  revision: ExpectedRevision,
  events: readonly NewEvent[],
): AsyncGenerator<readonly NewEvent[]> {
  let expected = revision;
  for (let start = 0; start < events.length; start += FINDINGS_PER_APPEND) {
    const part = events.slice(start, start + FINDINGS_PER_APPEND);
    expected = (await store.append(stream, expected, part)).revision;
    yield part;
  }
}

const findingsIn = (events: readonly NewEvent[]): number =>
  events.filter(({ type }) => type === 'FindingRecorded').length;
