import type { SQLInputValue } from 'node:sqlite';
import type { FindingRecorded, FindingStatus, FindingStatusChanged, ScanSuperseded } from '@evidence/contracts';
import type { Position } from '@evidence/event-store';
import { type LogEvent, textOf } from '@evidence/event-store/log';
import { LARGE_PAGE_BYTES, openViewFile, type ViewFile } from '@evidence/event-store/view';
import type { PageOf, PageRequest } from '../../core/call/page.js';
import type { FindingHistory, FindingRecord } from '../../core/findings/finding-record.js';
import type { FindingFilter, FindingsView } from '../../ports.js';
import { type FindingStatements, SCHEMA, SCHEMA_VERSION, statementsOn } from './findings-tables.js';
import { keyOfId } from './id-key.js';
import { pageOf } from './page.js';

/** Positions have 64 bits. */
const POSITION_DIGITS = 20;

/** A record without the content from the last scan. */
type Told = Omit<FindingRecord, 'recorded'>;

interface SightingsRow extends Pick<FindingRecord, 'firstSeenAt' | 'lastSeenAt' | 'observations'> {
  readonly undated: number;
  readonly importedAt: string | null;
}

/**
 * Findings in a SQLite file. `place` is the time of discovery and then the position in the log, which determines the order of the list. Ids are
 * random; with positions, the findings of one scan, which share their time, are added at one end of the index.
 */
export class FindingsInViewFile implements FindingsView {
  readonly filter = {
    types: [
      ...['ScanRecorded', 'FindingRecorded', 'FindingObserved', 'FindingStatusChanged'],
      ...['ScanCompared', 'ScanSuperseded'],
    ],
  };
  readonly file: ViewFile;
  readonly #statements: FindingStatements;
  /** Whether the scan of the last finding is superseded. Remembered until the transaction ends, because the next findings are mostly of the same scan. */
  #lastScan: { readonly scanId: string; readonly isSuperseded: boolean } | undefined;

  constructor(path: string) {
    this.file = openViewFile({
      file: path,
      schemaVersion: SCHEMA_VERSION,
      schema: SCHEMA,
      pageBytes: LARGE_PAGE_BYTES,
    });
    this.#statements = statementsOn(this.file);
  }

  /** For the projection, inside its transaction. */
  apply(event: LogEvent): void {
    const { addChange, addNotSeen } = this.#statements;
    switch (event.type) {
      case 'ScanRecorded': {
        const { scanId, tenant, counts } = event.data;
        this.#statements.addScan.run(scanId, tenant, counts.recorded);
        return;
      }
      case 'FindingRecorded':
      case 'FindingObserved':
        this.#observe(event);
        return;
      case 'FindingStatusChanged': {
        const { findingId } = event.data;
        addChange.run(findingId, event.position, textOf(event));
        const number = this.#numberOf(findingId);
        // A decision about a finding that was never recorded changes nothing.
        if (number !== undefined) this.#decide(number, findingId);
        return;
      }
      case 'ScanCompared': {
        const { scanId, startedAt, notSeen } = event.data;
        if (startedAt !== null) for (const findingId of notSeen) addNotSeen.run(findingId, startedAt, scanId);
        return;
      }
      case 'ScanSuperseded':
        this.#supersede(event.data);
    }
  }

  /** For the projection, at the end of its transaction. */
  beforeCommit(): void {
    this.#lastScan = undefined;
  }

  find(tenant: string, findingId: string): FindingRecord | undefined {
    const row = this.#statements.find.get(keyOfId(findingId), findingId);
    return row?.tenant === tenant ? recordIn(row) : undefined;
  }

  history(findingId: string): FindingHistory {
    const { changes, notSeen } = this.#statements;
    return {
      changes: changes
        .all(findingId)
        .map(({ data }) => JSON.parse(String(data)) as FindingStatusChanged)
        .reverse(),
      notSeen: notSeen
        .all(findingId)
        .map(({ scanId, testedAt }) => ({ scanId: String(scanId), testedAt: String(testedAt) })),
    };
  }

  recorded(tenant: string): number {
    return Number(this.#statements.recorded.get(tenant)?.recorded ?? 0);
  }

  isCounted(tenant: string, scanId: string): boolean {
    return this.#statements.scan.get(scanId)?.tenant === tenant;
  }

  list(tenant: string, filter: FindingFilter, { limit, after }: PageRequest): PageOf<FindingRecord> {
    const conditions: [string, SQLInputValue | undefined][] = [
      ['tenant = ?', tenant],
      ['place < ?', after],
      ['severity = ?', filter.severity],
      ['status = ?', filter.status],
      ['number in (select number from seen where scan_id = ?)', filter.scanId],
      ['endpoint_id = ?', filter.endpointId],
    ];
    return pageOf(this.file.db, { from: 'record', conditions, order: 'place desc', limit }, (row) => ({
      record: recordIn(row),
      place: String(row.place),
    }));
  }

  #isSuperseded(scanId: string): boolean {
    if (this.#lastScan?.scanId !== scanId)
      this.#lastScan = { scanId, isSuperseded: this.#statements.isSuperseded.get(scanId) !== undefined };
    return this.#lastScan.isSuperseded;
  }

  #supersede({ scanId, by }: ScanSuperseded): void {
    const { addSuperseded, seenByBoth, setGone } = this.#statements;
    addSuperseded.run(scanId, by);
    this.#lastScan = undefined;
    for (const { finding } of seenByBoth.all(scanId, by)) {
      setGone.run(finding as number, scanId);
      this.#refresh(finding as number);
    }
  }

  #observe(event: LogEvent<'FindingRecorded' | 'FindingObserved'>): void {
    const { data: recorded, position } = event;
    const { findingId, scanId, discoveredAt, status, timeNotStated } = recorded;
    const importedBy = event.metadata.actor;
    const isOpen = status === 'open' || status === 'triaged' ? 1 : 0;
    const isUndated = timeNotStated ? 1 : 0;
    const observation = [position, importedBy, isOpen, isUndated, textOf(event)] as const;
    // Most findings are new, and the insert checks the key in any case.
    if (event.type === 'FindingRecorded' && this.#addNew(recorded, observation)) return;
    const number = this.#numberOf(findingId);
    if (number === undefined) {
      this.#addNew(recorded, observation, this.#clashesOf(findingId));
      return;
    }
    this.#moveOnly(number);
    this.#statements.addObservation.run(number, scanId, discoveredAt, ...observation);
    if (this.#isSuperseded(scanId)) this.#statements.setGoneLate.run(number, scanId);
    this.#refresh(number);
  }

  /** Adds a finding with its only observation. Returns false if there is a finding with this key already, perhaps this one. */
  #addNew(
    { findingId, tenant, endpointId, discoveredAt, severity, status, scanId }: FindingRecorded,
    observation: readonly [Position, ...SQLInputValue[]],
    clash = 0,
  ): boolean {
    const place = `${discoveredAt} ${String(observation[0]).padStart(POSITION_DIGITS, '0')}`;
    const about = [findingId, keyOfId(findingId), clash, tenant, place, endpointId, severity, status, scanId];
    return this.#statements.addNew.run(...about, ...observation).changes === 1;
  }

  /** Moves the only observation of a finding to the others, if it is still in the finding's row. */
  #moveOnly(number: number): void {
    const { only, copyOnly, emptyOnly } = this.#statements;
    const row = only.get(number);
    if (!row) return;
    copyOnly.run(discoveredAtIn(row), number);
    emptyOnly.run(JSON.stringify(toldByOne(row)), number);
  }

  #numberOf(findingId: string): number | undefined {
    return this.#statements.number.get(keyOfId(findingId), findingId)?.number as number | undefined;
  }

  #clashesOf(findingId: string): number {
    return this.#statements.clashes.get(keyOfId(findingId))?.clashes as number;
  }

  /** Takes a decision about the finding into its record. */
  #decide(number: number, findingId: string): void {
    if (this.#statements.decideOnly.run(findingId, number).changes === 0) this.#refresh(number);
  }

  /** For a finding that several scans saw. */
  #refresh(number: number): void {
    const { last, place, decided, sightings } = this.#statements;
    const observation = last.get(number);
    if (!observation) return;
    const recorded = JSON.parse(String(observation.data)) as FindingRecorded;
    const discoveredAt = discoveredAtIn(place.get(number)!);
    const status = (decided.get(recorded.findingId)?.status as FindingStatus | null) ?? recorded.status;
    const { undated, importedAt, ...seen } = sightings.get(number) as unknown as SightingsRow;
    const undatedObservations = importedAt === null ? {} : { undated: { observations: undated, importedAt } };
    const importedBy = String(observation.imported_by);
    const told: Told = { importedBy, status, discoveredAt, ...seen, ...undatedObservations };
    this.#statements.put.run(recorded.severity, status, recorded.scanId, JSON.stringify(told), number);
  }
}

type Row = Readonly<Record<string, unknown>>;

function recordIn(row: Row): FindingRecord {
  const recorded = JSON.parse(String(row.data)) as FindingRecorded;
  return { recorded, ...(row.told === null ? toldByOne(row) : (JSON.parse(String(row.told)) as Told)) };
}

/** Of a finding that one scan saw. */
function toldByOne(row: Row): Told {
  const discoveredAt = discoveredAtIn(row);
  const seenAt = row.is_undated ? null : discoveredAt;
  const undated = row.is_undated ? { undated: { observations: 1, importedAt: discoveredAt } } : {};
  const seen = { firstSeenAt: seenAt, lastSeenAt: seenAt, observations: 1, ...undated };
  return { importedBy: String(row.imported_by), status: row.status as FindingStatus, discoveredAt, ...seen };
}

const discoveredAtIn = ({ place }: Row): string => String(place).slice(0, -1 - POSITION_DIGITS);
