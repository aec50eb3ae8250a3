import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { FindingRecorded, FindingStatusChanged, ScanCompared, ScanSuperseded } from '@evidence/contracts';
import { openViewFile, type RecordedEvent, type ViewFile } from '@evidence/event-store';
import { CHANGES_MAX, type FindingHistory, type FindingRecord } from '../../core/finding-record.js';
import type { FindingFilter, FindingsView, PageOf, PageRequest } from '../../ports.js';
import { pageOf } from './page.js';

/** Raise with every change of the schema or of what `FindingRecord` holds: the view is then built anew. */
const SCHEMA_VERSION = 3;

/** `is_open`: the file leaves it open in at least one of its rows. `gone`: the scan was superseded by a copy of its run that saw the finding too. */
const SCHEMA = `
  create table finding (
    id text primary key,
    tenant text not null,
    place text not null,
    endpoint_id text not null,
    severity text not null,
    status text not null,
    record text not null
  ) strict, without rowid;
  create unique index finding_newest on finding (tenant, place desc);
  create table observation (
    finding_id text, scan_id text, observed_at text not null, position integer not null, gone integer not null default 0,
    imported_by text not null, is_open integer not null, data text not null, primary key (finding_id, scan_id)
  ) strict, without rowid;
  create index observation_of_scan on observation (scan_id, finding_id);
  create table status_change (finding_id text, position integer, data text not null, primary key (finding_id, position)) strict, without rowid;
  create table not_seen (finding_id text, tested_at text, scan_id text, primary key (finding_id, tested_at, scan_id)) strict, without rowid;
`;

const SIGHTINGS = `
  select min(observed_at) as firstSeenAt, max(observed_at) as lastSeenAt, count(*) as observations from observation
  where finding_id = ? and gone = 0
`;
const LAST =
  'select data, imported_by from observation where finding_id = ? and gone = 0 order by observed_at desc, position desc limit 1';
const LAST_CHANGE = 'select data from status_change where finding_id = ? order by position desc limit 1';

/** Findings in a SQLite file. `place` is the instant of discovery and then the id, and so the order of the list. */
export class FindingsInViewFile implements FindingsView {
  readonly filter = {
    typePrefixes: ['FindingRecorded', 'FindingObserved', 'FindingStatusChanged', 'ScanCompared', 'ScanSuperseded'],
  };
  readonly file: ViewFile;
  readonly #statements: ReturnType<typeof statementsOn>;

  constructor(path: string) {
    this.file = openViewFile({ file: path, schemaVersion: SCHEMA_VERSION, schema: SCHEMA });
    this.#statements = statementsOn(this.file);
  }

  /** For the projection, inside its transaction. */
  apply({ type, data, metadata, position }: RecordedEvent): void {
    const { addObservation, addChange, addNotSeen } = this.#statements;
    switch (type) {
      case 'FindingRecorded':
      case 'FindingObserved': {
        const { findingId, scanId, discoveredAt, status } = data as FindingRecorded;
        const isOpen = status === 'open' || status === 'triaged' ? 1 : 0;
        const { actor } = metadata as { readonly actor: string };
        addObservation.run(findingId, scanId, discoveredAt, position, actor, isOpen, JSON.stringify(data));
        this.#refresh(findingId);
        return;
      }
      case 'FindingStatusChanged': {
        const { findingId } = data as FindingStatusChanged;
        addChange.run(findingId, position, JSON.stringify(data));
        this.#refresh(findingId);
        return;
      }
      case 'ScanCompared': {
        const { scanId, startedAt, notSeen } = data as ScanCompared;
        for (const findingId of notSeen) addNotSeen.run(findingId, startedAt, scanId);
        return;
      }
      case 'ScanSuperseded':
        this.#supersede(data as ScanSuperseded);
    }
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

  list(tenant: string, filter: FindingFilter, { limit, after }: PageRequest): PageOf<FindingRecord> {
    const conditions: [string, SQLInputValue | undefined][] = [
      ['tenant = ?', tenant],
      ['place < ?', after],
      ['severity = ?', filter.severity],
      ['status = ?', filter.status],
      ['id in (select finding_id from observation where scan_id = ? and gone = 0)', filter.scanId],
      ['endpoint_id = ?', filter.endpointId],
    ];
    return pageOf(this.file.db, { from: 'finding', conditions, order: 'place desc', limit }, (row) => ({
      record: recordIn(row),
      place: String(row.place),
    }));
  }

  #supersede({ scanId, by }: ScanSuperseded): void {
    const { seenByBoth, setGone } = this.#statements;
    for (const { finding_id: findingId } of seenByBoth.all(scanId, by)) {
      setGone.run(findingId as string, scanId);
      this.#refresh(findingId as string);
    }
  }

  /** A decision about a finding that was never recorded changes nothing. */
  #refresh(findingId: string): void {
    const { find, last, lastChange, sightings, put } = this.#statements;
    const observation = last.get(findingId);
    if (!observation) return;
    const recorded = JSON.parse(String(observation.data)) as FindingRecorded;
    const { tenant, endpointId, severity } = recorded;
    const known = find.get(findingId);
    const discoveredAt = known ? recordIn(known).discoveredAt : recorded.discoveredAt;
    const change = lastChange.get(findingId);
    const status = change ? (JSON.parse(String(change.data)) as FindingStatusChanged).to : recorded.status;
    const seen = sightings.get(findingId) as Pick<FindingRecord, 'firstSeenAt' | 'lastSeenAt' | 'observations'>;
    const importedBy = String(observation.imported_by);
    const record: FindingRecord = { recorded, importedBy, status, discoveredAt, ...seen };
    put.run(findingId, tenant, `${discoveredAt} ${findingId}`, endpointId, severity, status, JSON.stringify(record));
  }
}

function statementsOn({ db }: ViewFile) {
  const statements = {
    find: 'select tenant, record from finding where id = ?',
    put: `insert into finding (id, tenant, place, endpoint_id, severity, status, record) values (?, ?, ?, ?, ?, ?, ?)
      on conflict (id) do update set severity = excluded.severity, status = excluded.status, record = excluded.record`,
    addObservation: `insert into observation (finding_id, scan_id, observed_at, position, imported_by, is_open, data) values (?, ?, ?, ?, ?, ?, ?)
      on conflict (finding_id, scan_id) do update set position = excluded.position, is_open = excluded.is_open, data = excluded.data
      where excluded.is_open >= observation.is_open`,
    addChange: 'insert into status_change values (?, ?, ?)',
    addNotSeen: 'insert or ignore into not_seen values (?, ?, ?)',
    last: LAST,
    lastChange: LAST_CHANGE,
    sightings: SIGHTINGS,
    changes: `select data from status_change where finding_id = ? order by position desc limit ${CHANGES_MAX}`,
    notSeen:
      'select scan_id as scanId, tested_at as testedAt from not_seen where finding_id = ? order by tested_at, scan_id',
    seenByBoth: `select finding_id from observation as one where scan_id = ? and gone = 0
      and exists (select 1 from observation where scan_id = ? and finding_id = one.finding_id)`,
    setGone: 'update observation set gone = 1 where finding_id = ? and scan_id = ?',
  };
  type Name = keyof typeof statements;
  const prepared = Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)]);
  return Object.fromEntries(prepared) as Record<Name, StatementSync>;
}

const recordIn = (row: Record<string, unknown>): FindingRecord => JSON.parse(String(row.record)) as FindingRecord;
