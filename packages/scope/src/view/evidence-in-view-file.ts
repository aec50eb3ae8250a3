import type { StatementSync } from 'node:sqlite';
import {
  type FindingStatus,
  type NotSeenSince,
  type ReportScope,
  type SameRun,
  type ScanSuperseded,
  SEVERITIES,
} from '@evidence/contracts';
import type { Position } from '@evidence/event-store';
import { HistoryUnreadableError } from '@evidence/event-store/log';
import type { Projection, ViewFile } from '@evidence/event-store/view';
import type { EvidenceLog } from '../evidence-log.js';
import {
  type Decision,
  type KnownFinding,
  type KnownScan,
  type RecordedFinding,
  withSameRun,
} from '../recorded-evidence.js';
import type { FindingTally, OpenFinding } from '../resolve-scope.js';
import { IdleStatements, type Parameters } from './idle-statements.js';

/** How long a request waits for a view that does not move. After that, the message is retried. */
const STILL_MAX_MS = 10_000;

const KNOWN_THEN = 'tenant = :tenant and position <= :position';

/** Not after the position, and not counted in another copy of its run by then. */
const effective = (name: string): string =>
  `${name}.position <= :position and (${name}.gone_position is null or ${name}.gone_position > :position)`;

/**
 * The observation of a weakness that counts: the last one on or before `:to`, or the last of all. Most weaknesses have only one, which the
 * index shows.
 */
const COUNTS = `
  ${effective('observation')} and (observation.is_only = 1 or not exists (
    select 1 from observation as other indexed by observation_beside_others
    where other.is_only = 0 and other.tenant = observation.tenant and other.finding_id = observation.finding_id and ${effective('other')}
    and (other.day <= :to, other.observed_at, other.weight, other.position)
      > (observation.day <= :to, observation.observed_at, observation.weight, observation.position)
  ))
`;

const TALLIES = `
  select endpoint_id as endpointId, day, severity, count(*) as findings from observation indexed by observation_by_scope
  where tenant = :tenant and ${COUNTS} group by endpoint_id, day, severity
`;

/** `everywhere`: the scope names no endpoints. With endpoints, the index leads straight to their days. */
const inBounds = (everywhere: boolean): string =>
  `${everywhere ? ':endpoints is null' : 'endpoint_id in (select value from json_each(:endpoints))'} and day between :low and :high`;
const onDays = (everywhere: boolean): string => `tenant = :tenant and ${inBounds(everywhere)} and ${COUNTS}`;
const inScope = (everywhere: boolean): string =>
  `${onDays(everywhere)} and severity in (select value from json_each(:severities))`;

/**
 * In the order of the log, in which they are stored: in the order of the index, a page would be read again for each day and severity on it.
 * Reading 50,000 findings of five severities took twice as long (measured 2026-12).
 */
const findingsOnDays = (everywhere: boolean): string => `
  select * from observation
  where position in (select position from observation indexed by observation_by_scope where ${onDays(everywhere)})
`;

/** Of a weakness with several observations. */
const SIGHTINGS = `
  select json_array(
    min(iif(is_undated = 1, null, observed_at)), max(iif(is_undated = 1, null, observed_at)), count(distinct scan_id),
    count(distinct iif(is_undated = 1, scan_id, null)), max(iif(is_undated = 1, observed_at, null))
  ) from observation as each indexed by observation_beside_others
  where each.is_only = 0 and each.tenant = finding.tenant and each.finding_id = finding.finding_id and ${effective('each')}
`;

const NOT_SEEN = `
  select json_group_array(json_array(scan_id, tested_at)) from not_seen
  where not_seen.tenant = finding.tenant and not_seen.finding_id = finding.finding_id and not_seen.position <= :position
`;

/** Ids are ASCII, so they sort by bytes as by characters. */
const IN_ORDER = `case finding.severity ${SEVERITIES.map((severity, rank) => `when '${severity}' then ${rank}`).join(' ')} end, finding.finding_id`;

const IS_OPEN = `coalesce(decision.status, finding.born) in ('open', 'triaged')`;
const IS_REQUESTED = 'finding.severity in (select value from json_each(:severities))';

/** First those that are not listed. SQLite sorts, using the disk for rows that do not fit into its cache. */
const findingsQuery = (everywhere: boolean): string => `
  select finding.data, finding.born, finding.closing, decision.status, decision.decided_at as at, decision.decided_by as by,
    decision.reason, iif(finding.is_only = 1, null, (${SIGHTINGS})) as sightings, (${NOT_SEEN}) as notSeen
  from (${findingsOnDays(everywhere)}) as finding
  left join decision on decision.tenant = finding.tenant and decision.finding_id = finding.finding_id and decision.position = (
    select max(position) from decision
    where tenant = finding.tenant and finding_id = finding.finding_id and position <= :position
  )
  order by ${IS_OPEN} and ${IS_REQUESTED}, ${IN_ORDER}
`;

/** Copies, including copies of copies: a digest that superseded a hitlog may be superseded by a report. */
const COPIES = `
  with recursive loser (scan_id, data) as (
    select copy.scan_id, copy.data from superseded as copy indexed by superseded_by_winner
    where copy.tenant = :tenant and copy.by_scan = scan.scan_id and copy.position <= :position
    union
    select copy.scan_id, copy.data from loser join superseded as copy indexed by superseded_by_winner
    on copy.tenant = :tenant and copy.by_scan = loser.scan_id and copy.position <= :position
  )
  select json_group_array(json(data)) from loser
`;

/** Without scans that were superseded in the meantime. */
const APART = `
  select json_group_array(json_array(apart.other, (
    select count(distinct finding_id) from observation indexed by observation_of_scan
    where observation.tenant = :tenant and observation.scan_id = apart.other and observation.position <= :position
  ))) from apart
  where apart.tenant = :tenant and apart.scan_id = scan.scan_id and apart.position <= :position
  and not exists (select 1 from superseded where tenant = :tenant and scan_id = apart.other and position <= :position)
`;

/** Includes the scans of findings in scope, which may have started before the first day of the scope. */
const scansQuery = (everywhere: boolean): string => `
  select data,
    exists (select 1 from superseded where tenant = :tenant and scan_id = scan.scan_id and position <= :position) as isSuperseded,
    (${COPIES}) as copies, (${APART}) as apart
  from scan where ${KNOWN_THEN} and (
    (${inBounds(everywhere)}) or scan_id in (select scan_id from observation indexed by observation_by_scope where ${inScope(everywhere)})
  )
  order by scan_id
`;

/** Weaknesses of any severity on days outside the scope that are open as of the position. */
const openQuery = (everywhere: boolean): string => `
  select json_extract(finding.data, '$.refs') as refs
  from (${findingsOnDays(everywhere)}) as finding
  left join decision on decision.tenant = finding.tenant and decision.finding_id = finding.finding_id and decision.position = (
    select max(position) from decision
    where tenant = finding.tenant and finding_id = finding.finding_id and position <= :position
  )
  where ${IS_OPEN}
`;

interface FindingRow {
  readonly data: string;
  readonly born: FindingStatus;
  readonly closing: string | null;
  readonly status: FindingStatus | null;
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
  /** Null: only the scan whose row this is saw it. */
  readonly sightings: string | null;
  readonly notSeen: string;
}

/** No scan, as `NOT_SEEN` says it. */
const NONE = '[]';

/** First and last stated time, the number of scans, the number of scans without a time, and when the last of those was imported. */
type SightingsRow = readonly [string | null, string | null, number, number, string | null];

interface ScanRow {
  readonly data: string;
  readonly isSuperseded: number;
  readonly copies: string;
  readonly apart: string;
}

/**
 * The port over a view file that was opened with `EVIDENCE_SCHEMA` and is maintained by `projection`. Rows are read one by one, so memory
 * depends neither on the report nor on the tenant. Results may be iterated while the projection writes, because they are sorted beforehand or
 * come from one table that only grows.
 */
export function evidenceInViewFile(
  { db, quarantine }: Pick<ViewFile, 'db' | 'quarantine'>,
  projection: Pick<Projection, 'reached' | 'position'>,
): EvidenceLog {
  const idle = new IdleStatements(db);
  const openElsewhere = { everywhere: db.prepare(openQuery(true)), somewhere: db.prepare(openQuery(false)) };
  return {
    async asOf(tenant, position, scope) {
      await reachedWhileMoving(projection, position);
      const { first, ofNobody } = quarantine.lackingOf(tenant, position);
      if (first) throw new HistoryUnreadableError(first);
      const everywhere = scope.endpointIds.length === 0;
      const bounds = { tenant, position, ...boundsOf(scope) };
      const { to } = bounds;
      const ofSeverities = { ...bounds, severities: severitiesOf(scope) };
      return {
        tallies: idle.rows<FindingTally, FindingTally>(TALLIES, { tenant, position, to }, (tally) => tally),
        findings: idle.rows(findingsQuery(everywhere), ofSeverities, knownFinding),
        scans: idle.rows(scansQuery(everywhere), ofSeverities, knownScan),
        openElsewhen: openElsewhen(openElsewhere[everywhere ? 'everywhere' : 'somewhere'], bounds, scope),
        unreadableEvents: ofNobody,
      };
    },
  };
}

/**
 * After an import of a million findings, the view needs minutes. While it moves, a report waits for it: as a failed message it would be retried after
 * ever longer delays. The time of the report itself goes on.
 */
async function reachedWhileMoving(
  projection: Pick<Projection, 'reached' | 'position'>,
  position: Position,
): Promise<void> {
  for (;;) {
    const before = projection.position();
    try {
      return await projection.reached(position, STILL_MAX_MS);
    } catch (error) {
      if (projection.position() === before) throw error;
    }
  }
}

/** `''` sorts before every day, and `~` after. */
const boundsOf = ({ endpointIds, from, to }: ReportScope) => ({
  endpoints: endpointIds.length > 0 ? JSON.stringify(endpointIds) : null,
  low: from ?? '',
  high: to ?? '~',
  to: to ?? '~',
});

const MS_PER_DAY = 86_400_000;
const dayBeside = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * MS_PER_DAY).toISOString().slice(0, 10);

function* openElsewhen(statement: StatementSync, bounds: Parameters, { from, to }: ReportScope): Iterable<OpenFinding> {
  if (from !== undefined) yield* openOn('before_from', { ...bounds, low: '', high: dayBeside(from, -1) });
  if (to === undefined) return;
  const after = dayBeside(to, 1);
  yield* openOn('after_to', { ...bounds, low: from !== undefined && from > after ? from : after, high: '~' });

  function* openOn(reason: OpenFinding['reason'], parameters: Parameters): Iterable<OpenFinding> {
    for (const { refs } of statement.iterate(parameters)) yield { reason, refs: JSON.parse(String(refs)) };
  }
}

const severitiesOf = ({ includeSeverities }: ReportScope): string =>
  JSON.stringify(includeSeverities.length > 0 ? includeSeverities : SEVERITIES);

function knownFinding({ data, born, closing, status, at, by, reason, sightings, notSeen }: FindingRow): KnownFinding {
  const recorded = JSON.parse(data) as RecordedFinding;
  const [firstSeenAt, lastSeenAt, observations, undated, importedAt] =
    sightings === null ? onlySightingOf(recorded) : (JSON.parse(sightings) as SightingsRow);
  const since = notSeen === NONE ? undefined : notSeenSince(JSON.parse(notSeen), [lastSeenAt, importedAt]);
  const known = {
    recorded,
    sightings: {
      ...{ firstSeenAt, lastSeenAt, observations },
      ...(importedAt !== null && { undated: { importedAt, observations: undated } }),
      ...(since && { notSeenSince: since }),
    },
  };
  if (status !== null) return { ...known, status, decision: { at, by, ...(reason !== null && { reason }) } };
  return { ...known, status: born, ...(closing !== null && { decision: JSON.parse(closing) as Decision }) };
}

const onlySightingOf = ({ discoveredAt, timeNotStated }: RecordedFinding): SightingsRow =>
  timeNotStated ? [null, null, 1, 1, discoveredAt] : [discoveredAt, discoveredAt, 1, 0, null];

/**
 * The scans that tested a weakness without seeing it and ran after the last one that saw it. `latest`: the times at which that one may have
 * run; a scan without a stated time may have run any time before its import.
 */
function notSeenSince(
  scans: readonly (readonly [string, string])[],
  latest: readonly (string | null)[],
): NotSeenSince | undefined {
  const lastMs = Math.max(...latest.filter((at) => at !== null).map((at) => Date.parse(at)));
  const later = scans.filter(([, testedAt]) => Date.parse(testedAt) > lastMs);
  const [first] = later.sort(([a, atA], [b, atB]) => Date.parse(atA) - Date.parse(atB) || (a < b ? -1 : 1));
  return first && { at: first[1], scanId: first[0], scans: later.length };
}

function knownScan({ data, isSuperseded, copies, apart }: ScanRow): KnownScan {
  const losers = (JSON.parse(copies) as ScanSuperseded[]).map(
    ({ scanId, copy, findings }): SameRun => ({ scanId, relation: 'copy', ...(copy && { kind: copy.kind }), findings }),
  );
  const beside = (JSON.parse(apart) as [string, number][]).map(
    ([scanId, findings]): SameRun => ({ scanId, relation: 'apart', findings }),
  );
  return { scan: withSameRun(JSON.parse(data), [...losers, ...beside]), isSuperseded: isSuperseded === 1 };
}
