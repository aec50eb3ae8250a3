import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { FindingStatus, NotSeenSince, ReportScope, ScanSuperseded } from '@evidence/contracts';
import type { Projection, ViewFile } from '@evidence/event-store';
import {
  type Decision,
  type KnownFinding,
  type KnownScan,
  type RecordedFinding,
  withCopies,
} from '../core/recorded-evidence.js';
import { type FindingTally, SEVERITIES } from '../core/resolve-scope.js';
import type { EvidenceLog } from '../ports.js';

/** How long a request waits for the view; the message is tried again after that. */
const REACH_TIMEOUT_MS = 10_000;

const KNOWN_THEN = 'tenant = :tenant and position <= :position';

/** Neither later than the point, nor counted in another copy of its run by then. */
const effective = (name: string): string =>
  `${name}.position <= :position and (${name}.gone_position is null or ${name}.gone_position > :position)`;

/**
 * Of the observations of a weakness, the one that counts: the last on or before `:to`, or the last of all. Most weaknesses have one only,
 * and say so in the index.
 */
const COUNTS = `
  ${effective('observation')} and (observation.is_only = 1 or not exists (
    select 1 from observation as other indexed by observation_of_finding
    where other.tenant = observation.tenant and other.finding_id = observation.finding_id and ${effective('other')}
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
  `${everywhere ? ':endpoints is null' : 'endpoint_id in (select value from json_each(:endpoints))'} and day between :from and :to`;
const onDays = (everywhere: boolean): string => `tenant = :tenant and ${inBounds(everywhere)} and ${COUNTS}`;
const inScope = (everywhere: boolean): string =>
  `${onDays(everywhere)} and severity in (select value from json_each(:severities))`;

const SIGHTINGS = `
  select json_array(min(observed_at), max(observed_at), count(distinct scan_id)) from observation as each indexed by observation_of_finding
  where each.tenant = finding.tenant and each.finding_id = finding.finding_id and ${effective('each')}
`;

const NOT_SEEN = `
  select json_group_array(json_array(scan_id, tested_at)) from not_seen
  where not_seen.tenant = finding.tenant and not_seen.finding_id = finding.finding_id and not_seen.position <= :position
`;

const findingsQuery = (everywhere: boolean): string => `
  select finding.data, finding.born, finding.closing, decision.status, decision.decided_at as at, decision.decided_by as by,
    decision.reason, iif(finding.is_only = 1, json_array(observed_at, observed_at, 1), (${SIGHTINGS})) as sightings, (${NOT_SEEN}) as notSeen
  from (select * from observation indexed by observation_by_scope where ${onDays(everywhere)}) as finding
  left join decision on decision.tenant = finding.tenant and decision.finding_id = finding.finding_id and decision.position = (
    select max(position) from decision
    where tenant = finding.tenant and finding_id = finding.finding_id and position <= :position
  )
`;

/** A finding of the last day may be of a scan that started the day before the first. */
const scansQuery = (everywhere: boolean): string => `
  select data,
    exists (select 1 from superseded where tenant = :tenant and scan_id = scan.scan_id and position <= :position) as isSuperseded,
    (select json_group_array(json(copy.data)) from superseded as copy indexed by superseded_by_winner
      where copy.tenant = :tenant and copy.by_scan = scan.scan_id and copy.position <= :position) as copies
  from scan where ${KNOWN_THEN} and (
    (${inBounds(everywhere)}) or scan_id in (select scan_id from observation indexed by observation_by_scope where ${inScope(everywhere)})
  )
`;

interface FindingRow {
  readonly data: string;
  readonly born: FindingStatus;
  readonly closing: string | null;
  readonly status: FindingStatus | null;
  readonly at: string;
  readonly by: string;
  readonly reason: string | null;
  readonly sightings: string;
  readonly notSeen: string;
}

interface ScanRow {
  readonly data: string;
  readonly isSuperseded: number;
  readonly copies: string;
}

/**
 * The port over a view file that was opened with `EVIDENCE_SCHEMA` and is kept by `projection`. Rows are read one by one while they are
 * walked, so memory follows what the report includes and not what the tenant has.
 */
export function evidenceInViewFile({ db }: Pick<ViewFile, 'db'>, projection: Pick<Projection, 'reached'>): EvidenceLog {
  const tallies = db.prepare(TALLIES);
  const statements = (everywhere: boolean) => ({
    findings: db.prepare(findingsQuery(everywhere)),
    scans: db.prepare(scansQuery(everywhere)),
  });
  const everywhere = statements(true);
  const somewhere = statements(false);
  return {
    async asOf(tenant, position, scope) {
      await projection.reached(position, REACH_TIMEOUT_MS);
      const { findings, scans } = scope.endpointIds.length > 0 ? somewhere : everywhere;
      const bounds = { tenant, position, ...boundsOf(scope) };
      const { to } = bounds;
      const ofSeverities = { ...bounds, severities: severitiesOf(scope) };
      return {
        tallies: rows<FindingTally, FindingTally>(tallies, { tenant, position, to }, (tally) => tally),
        findings: rows(findings, bounds, knownFinding),
        scans: rows(scans, ofSeverities, knownScan),
      };
    },
  };
}

type Parameters = Record<string, SQLInputValue>;

/** Runs the statement anew each time it is walked. */
function rows<Row, T>(statement: StatementSync, parameters: Parameters, read: (row: Row) => T): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      for (const row of statement.iterate(parameters)) yield read(row as Row);
    },
  };
}

/** `''` is before, and `~` after, every day. */
const boundsOf = ({ endpointIds, from, to }: ReportScope) => ({
  endpoints: endpointIds.length > 0 ? JSON.stringify(endpointIds) : null,
  from: from ?? '',
  to: to ?? '~',
});

const severitiesOf = ({ includeSeverities }: ReportScope): string =>
  JSON.stringify(includeSeverities.length > 0 ? includeSeverities : SEVERITIES);

function knownFinding({ data, born, closing, status, at, by, reason, sightings, notSeen }: FindingRow): KnownFinding {
  const recorded = JSON.parse(data) as RecordedFinding;
  const [firstSeenAt, lastSeenAt, observations] = JSON.parse(sightings) as [string, string, number];
  const since = notSeenSince(JSON.parse(notSeen) as [string, string][], lastSeenAt);
  const known = {
    recorded,
    sightings: { firstSeenAt, lastSeenAt, observations, ...(since && { notSeenSince: since }) },
  };
  if (status !== null) return { ...known, status, decision: { at, by, ...(reason !== null && { reason }) } };
  return { ...known, status: born, ...(closing !== null && { decision: JSON.parse(closing) as Decision }) };
}

/** Of the scans that tested it without seeing it, those that ran after the last that saw it. */
function notSeenSince(scans: readonly (readonly [string, string])[], lastSeenAt: string): NotSeenSince | undefined {
  const later = scans.filter(([, testedAt]) => Date.parse(testedAt) > Date.parse(lastSeenAt));
  const [first] = later.sort(([a, atA], [b, atB]) => Date.parse(atA) - Date.parse(atB) || (a < b ? -1 : 1));
  return first && { scanId: first[0], at: first[1], scans: later.length };
}

const knownScan = ({ data, isSuperseded, copies }: ScanRow): KnownScan => ({
  scan: withCopies(JSON.parse(data), JSON.parse(copies) as ScanSuperseded[]),
  isSuperseded: isSuperseded === 1,
});
