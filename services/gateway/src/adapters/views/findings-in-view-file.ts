import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { FindingRecorded, FindingStatus, FindingStatusChanged, ScanSuperseded } from '@evidence/contracts';
import type { Position } from '@evidence/event-store';
import { type LogEvent, textOf } from '@evidence/event-store/log';
import { openViewFile, type ViewFile } from '@evidence/event-store/view';
import type { PageOf, PageRequest } from '../../core/call/page.js';
import { CHANGES_MAX, type FindingHistory, type FindingRecord } from '../../core/findings/finding-record.js';
import type { FindingFilter, FindingsView } from '../../ports.js';
import { pageOf } from './page.js';

/** Raise with every change of the schema or of what `FindingRecord` contains, so that the view is rebuilt. */
const SCHEMA_VERSION = 8;

/**
 * A finding is as `last_scan` saw it, and the observation of that scan has its content; `told` is the rest of its record. Ids are random, so a
 * finding has a number too, in the order of the log: an import writes pages all over the index of ids only. `is_open`: the file has it as open in at
 * least one of its rows. `gone`: the scan was superseded by a copy of its run that saw the finding too. `is_undated`: the time of its scan is
 * unknown, and `observed_at` is the time of the import, the latest at which it can have run.
 */
const SCHEMA = `
  create table finding (
    number integer primary key,
    id text not null unique,
    tenant text not null,
    place text not null,
    endpoint_id text not null,
    severity text not null,
    status text not null,
    last_scan text not null,
    told text not null
  ) strict;
  create unique index finding_oldest on finding (tenant, place);
  create table observation (
    finding integer not null, scan_id text not null, observed_at text not null, position integer not null,
    gone integer not null default 0, imported_by text not null, is_open integer not null, is_undated integer not null, data text not null, primary key (finding, scan_id)
  ) strict;
  create index observation_of_scan on observation (scan_id, position, finding, gone);
  create table scan (id text primary key, tenant text not null, recorded integer not null) strict, without rowid;
  create index scan_of_tenant on scan (tenant, recorded);
  create table superseded (scan_id text, by_scan text, primary key (scan_id, by_scan)) strict, without rowid;
  create table status_change (finding_id text, position integer, data text not null, primary key (finding_id, position)) strict, without rowid;
  create table not_seen (finding_id text, tested_at text, scan_id text, primary key (finding_id, tested_at, scan_id)) strict, without rowid;
`;

const SIGHTINGS = `
  select min(iif(is_undated = 1, null, observed_at)) as firstSeenAt, max(iif(is_undated = 1, null, observed_at)) as lastSeenAt,
    count(*) as observations, sum(is_undated) as undated, max(iif(is_undated = 1, observed_at, null)) as importedAt from observation
  where finding = ? and gone = 0
`;
const LAST =
  'select data, imported_by from observation where finding = ? and gone = 0 order by observed_at desc, position desc limit 1';
const LAST_CHANGE = 'select data from status_change where finding_id = ? order by position desc limit 1';

/** Findings with the content from the scan that saw each of them last. A cross join, because lists must be read in the order of findings. */
const RECORDS = 'finding cross join observation on finding = number and scan_id = last_scan';

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
  readonly #statements: ReturnType<typeof statementsOn>;
  /** Whether the scan of the last finding is superseded. Remembered until the transaction ends, because the next findings are mostly of the same scan. */
  #lastScan: { readonly scanId: string; readonly isSuperseded: boolean } | undefined;

  constructor(path: string) {
    this.file = openViewFile({ file: path, schemaVersion: SCHEMA_VERSION, schema: SCHEMA });
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
        if (number !== undefined) this.#refresh(number);
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
    const row = this.#statements.find.get(findingId);
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
      ['number in (select finding from observation where scan_id = ? and gone = 0)', filter.scanId],
      ['endpoint_id = ?', filter.endpointId],
    ];
    return pageOf(this.file.db, { from: RECORDS, conditions, order: 'place desc', limit }, (row) => ({
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
    const known = this.#numberOf(findingId);
    const number = known ?? this.#addNew(recorded, importedBy, position);
    const isOpen = status === 'open' || status === 'triaged' ? 1 : 0;
    const isUndated = timeNotStated ? 1 : 0;
    this.#statements.addObservation.run(
      ...[number, scanId, discoveredAt, position, importedBy, isOpen, isUndated, textOf(event)],
    );
    // No other scan has seen a new one.
    if (known === undefined) return;
    if (this.#isSuperseded(scanId)) this.#statements.setGoneLate.run(number, scanId);
    this.#refresh(number);
  }

  #numberOf(findingId: string): number | undefined {
    return this.#statements.number.get(findingId)?.number as number | undefined;
  }

  /** Adds a finding as `#refresh` would write it after its first observation, and returns its number. Most findings are seen once. */
  #addNew(recorded: FindingRecorded, importedBy: string, position: Position): number | bigint {
    const { findingId, tenant, endpointId, discoveredAt, timeNotStated } = recorded;
    const status = this.#statusOf(findingId) ?? recorded.status;
    const seenAt = timeNotStated ? null : discoveredAt;
    const undated = timeNotStated ? { undated: { observations: 1, importedAt: discoveredAt } } : {};
    const seen = { firstSeenAt: seenAt, lastSeenAt: seenAt, observations: 1, ...undated };
    const told = { importedBy, status, discoveredAt, ...seen };
    const place = `${discoveredAt} ${String(position).padStart(POSITION_DIGITS, '0')}`;
    return this.#statements.addNew.run(findingId, tenant, place, endpointId, ...changing(recorded, told))
      .lastInsertRowid;
  }

  #refresh(number: number | bigint): void {
    const { last, sightings } = this.#statements;
    const observation = last.get(number);
    if (!observation) return;
    const recorded = JSON.parse(String(observation.data)) as FindingRecorded;
    const { discoveredAt } = JSON.parse(String(this.#statements.told.get(number)?.told)) as Told;
    const status = this.#statusOf(recorded.findingId) ?? recorded.status;
    const { undated, importedAt, ...seen } = sightings.get(number) as unknown as SightingsRow;
    const undatedObservations = importedAt === null ? {} : { undated: { observations: undated, importedAt } };
    const importedBy = String(observation.imported_by);
    const now = { importedBy, status, discoveredAt, ...seen, ...undatedObservations };
    this.#statements.put.run(...changing(recorded, now), number);
  }

  /** The last decision about the finding, if there is one. */
  #statusOf(findingId: string): FindingStatus | undefined {
    const change = this.#statements.lastChange.get(findingId);
    return change && (JSON.parse(String(change.data)) as FindingStatusChanged).to;
  }
}

/** The columns of a finding that change with what is known of it. */
function changing({ severity, scanId }: FindingRecorded, told: Told): string[] {
  return [severity, told.status, scanId, JSON.stringify(told)];
}

function statementsOn({ db }: ViewFile) {
  const statements = {
    find: `select tenant, told, data from ${RECORDS} where id = ?`,
    number: 'select number from finding where id = ?',
    told: 'select told from finding where number = ?',
    addNew:
      'insert into finding (id, tenant, place, endpoint_id, severity, status, last_scan, told) values (?, ?, ?, ?, ?, ?, ?, ?)',
    put: 'update finding set severity = ?, status = ?, last_scan = ?, told = ? where number = ?',
    addObservation: `insert into observation (finding, scan_id, observed_at, position, imported_by, is_open, is_undated, data) values (?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (finding, scan_id) do update set position = excluded.position, is_open = excluded.is_open, data = excluded.data
      where excluded.is_open >= observation.is_open`,
    addScan: 'insert or ignore into scan values (?, ?, ?)',
    scan: 'select tenant from scan where id = ?',
    recorded: 'select sum(recorded) as recorded from scan where tenant = ?',
    addSuperseded: 'insert or ignore into superseded values (?, ?)',
    addChange: 'insert into status_change values (?, ?, ?)',
    addNotSeen: 'insert or ignore into not_seen values (?, ?, ?)',
    last: LAST,
    lastChange: LAST_CHANGE,
    sightings: SIGHTINGS,
    changes: `select data from status_change where finding_id = ? order by position desc limit ${CHANGES_MAX}`,
    notSeen:
      'select scan_id as scanId, tested_at as testedAt from not_seen where finding_id = ? order by tested_at, scan_id',
    seenByBoth: `select finding from observation as one where scan_id = ? and gone = 0
      and exists (select 1 from observation where scan_id = ? and finding = one.finding)`,
    setGoneLate: `update observation as late set gone = 1 where finding = ? and scan_id = ? and exists (
      select 1 from superseded join observation as winner on winner.scan_id = superseded.by_scan
      where superseded.scan_id = late.scan_id and winner.finding = late.finding
    )`,
    isSuperseded: 'select 1 from superseded where scan_id = ?',
    setGone: 'update observation set gone = 1 where finding = ? and scan_id = ?',
  };
  type Name = keyof typeof statements;
  const prepared = Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)]);
  return Object.fromEntries(prepared) as Record<Name, StatementSync>;
}

const recordIn = ({ told, data }: Record<string, unknown>): FindingRecord => ({
  recorded: JSON.parse(String(data)) as FindingRecorded,
  ...(JSON.parse(String(told)) as Told),
});
