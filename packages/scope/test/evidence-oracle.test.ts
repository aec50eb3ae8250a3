import type { FindingRecorded, FindingStatus, ReportScope, ScopedFinding, Severity } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import type { LogEvent } from '@evidence/event-store/log';
import { openViewFile } from '@evidence/event-store/view';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scopeLines } from '../src/resolve-scope.js';
import { evidenceInViewFile } from '../src/view/evidence-in-view-file.js';
import { applyToEvidence, EVIDENCE_SCHEMA, EVIDENCE_SCHEMA_VERSION } from '../src/view/evidence-view.js';
import { snapshotOf } from './resolved.js';

const TENANTS = ['acme', 'globex'];
const ENDPOINTS = ['ep_a', 'ep_b', 'ep_c'];
const DAYS = ['2026-03-31', '2026-04-01', '2026-06-30', '2026-07-01'];
const SEVERITIES: Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
const STATUSES: FindingStatus[] = ['open', 'triaged', 'fixed', 'accepted', 'false_positive'];

/**
 * The possible events: a weakness is found, seen again by another scan, or tested without being seen; somebody decides about it; or two scans
 * are found to be copies of one run.
 */
const happenings = fc.array(
  fc.record({
    tenant: fc.constantFrom(...TENANTS),
    endpoint: fc.constantFrom(...ENDPOINTS),
    day: fc.constantFrom(...DAYS),
    severity: fc.constantFrom(...SEVERITIES),
    status: fc.constantFrom(...STATUSES),
    kind: fc.constantFrom('found', 'found', 'found', 'again', 'again', 'not_seen', 'decided', 'superseded'),
    /** Refers to the finding this many steps before. If there is none, a new weakness is found. */
    back: fc.constantFrom(1, 1, 2, 5),
    /** Number of the scan that sees it again. */
    scan: fc.nat(2),
  }),
  { maxLength: 25 },
);
type Log = typeof happenings extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const scopes: fc.Arbitrary<ReportScope> = fc
  .record({
    endpointIds: fc.subarray(ENDPOINTS),
    includeSeverities: fc.subarray(SEVERITIES),
    from: fc.option(fc.constantFrom(...DAYS), { nil: undefined }),
    to: fc.option(fc.constantFrom(...DAYS), { nil: undefined }),
  })
  .map(({ from, to, ...scope }) => ({ ...scope, ...(from && { from }), ...(to && { to }) }));

interface Observation {
  readonly event: FindingRecorded;
  readonly position: number;
  /** It counts in the other copy of its run. */
  gone: boolean;
}

interface Known {
  readonly tenant: string;
  readonly id: string;
  readonly observations: Observation[];
  readonly notSeen: { readonly scanId: string; readonly at: string }[];
  /** Undefined: the status in the file. */
  decided: FindingStatus | undefined;
}

const instantOn = (day: string) => `${day}T23:59:59.999Z`;

/** The log's events, and everything known at each position. */
function told(log: Log) {
  const events: LogEvent[] = [];
  const found: Known[] = [];
  const at = (type: string, data: object) => {
    const metadata = { actor: 'operator:root' };
    return events.push({ type, data, metadata, position: BigInt(events.length + 1) } as unknown as LogEvent);
  };
  const scanOf = (tenant: string, endpointId: string, number: number) => `scn_${tenant}_${endpointId}_${number}`;
  for (const tenant of TENANTS)
    for (const endpointId of ENDPOINTS)
      for (const number of [0, 1, 2])
        at('ScanRecorded', {
          ...exampleOf('ScanRecorded'),
          ...{ tenant, endpointId, scanId: scanOf(tenant, endpointId, number) },
        });
  const superseded = new Set<string>();
  const known = log.map(({ tenant, endpoint, day, severity, status, kind, back, scan }) => {
    const earlier = kind === 'found' ? undefined : found.at(-back);
    const seen = earlier?.observations[0]?.event;
    if (kind === 'superseded') {
      const [loser, winner] = [scanOf(tenant, endpoint, scan), scanOf(tenant, endpoint, (scan + 1) % 3)];
      at('ScanSuperseded', { ...exampleOf('ScanSuperseded'), tenant, endpointId: endpoint, scanId: loser, by: winner });
      if (!superseded.has(`${loser} ${winner}`))
        for (const { observations } of found.filter((each) => each.tenant === tenant))
          if (observations.some(({ event }) => event.scanId === winner))
            for (const each of observations) each.gone ||= each.event.scanId === loser;
      superseded.add(`${loser} ${winner}`);
    } else if (!earlier || !seen || kind === 'again') {
      const where = seen ?? { tenant, endpointId: endpoint, findingId: `fnd_${events.length}` };
      const event: FindingRecorded = {
        ...exampleOf('FindingRecorded'),
        ...{ tenant: where.tenant, endpointId: where.endpointId, findingId: where.findingId },
        ...{ severity, status, discoveredAt: instantOn(day), scanId: scanOf(where.tenant, where.endpointId, scan) },
      };
      const position = at(seen ? 'FindingObserved' : 'FindingRecorded', event);
      const observation = { event, position, gone: false };
      if (earlier) earlier.observations.push(observation);
      else found.push({ tenant, id: where.findingId, observations: [observation], notSeen: [], decided: undefined });
    } else if (kind === 'decided') {
      earlier.decided = status;
      const change = {
        ...exampleOf('FindingStatusChanged'),
        tenant: earlier.tenant,
        findingId: earlier.id,
        to: status,
      };
      at('FindingStatusChanged', change);
    } else {
      const scanId = `scn_clean_${events.length}`;
      const compared = { ...exampleOf('ScanCompared'), tenant: earlier.tenant, scanId, startedAt: instantOn(day) };
      at('ScanCompared', { ...compared, notSeen: [earlier.id] });
      earlier.notSeen.push({ scanId, at: instantOn(day) });
    }
    return { position: BigInt(events.length), found: structuredClone(found) };
  });
  return { events, known };
}

/** The observation that counts for the scope: the last on or before its end, else the last of all. */
function counting(observations: readonly Observation[], to = '9999-12-31'): Observation | undefined {
  const isOpen = ({ status }: Observation['event']) => (status === 'open' || status === 'triaged' ? 1 : 0);
  const order = ({ event, position }: Observation) =>
    `${event.discoveredAt} ${isOpen(event)} ${9 - SEVERITIES.indexOf(event.severity)} ${String(position).padStart(6, '0')}`;
  const sorted = observations.filter(({ gone }) => !gone).sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return sorted.findLast(({ event }) => event.discoveredAt.slice(0, 10) <= to) ?? sorted.at(-1);
}

/** Checks every weakness of the tenant against every rule of the contract. */
function bruteForce(found: readonly Known[], tenant: string, scope: ReportScope) {
  const excluded: Record<string, number> = {};
  const included: string[] = [];
  const outside: string[] = [];
  const openElsewhen: Record<string, number> = {};
  let considered = 0;
  for (const { observations, notSeen, decided } of found.filter((each) => each.tenant === tenant)) {
    const observation = counting(observations, scope.to);
    if (!observation) continue;
    considered++;
    const { event } = observation;
    const status = decided ?? event.status;
    const day = event.discoveredAt.slice(0, 10);
    const reasons = [
      scope.endpointIds.length > 0 && !scope.endpointIds.includes(event.endpointId) && 'endpoint_not_in_scope',
      scope.from !== undefined && day < scope.from && 'before_from',
      scope.to !== undefined && day > scope.to && 'after_to',
      scope.includeSeverities.length > 0 &&
        !scope.includeSeverities.includes(event.severity) &&
        'severity_not_included',
      status !== 'open' && status !== 'triaged' && `status_${status}`,
    ];
    const reason = reasons.find((each) => each !== false);
    if (reason) excluded[reason] = (excluded[reason] ?? 0) + 1;
    const isOpen = status === 'open' || status === 'triaged';
    if (isOpen && (reason === 'before_from' || reason === 'after_to'))
      openElsewhen[reason] = (openElsewhen[reason] ?? 0) + 1;
    if (reason && /^s/.test(reason)) outside.push(`${event.severity} ${status}`);
    if (!reason)
      included.push(
        [event.findingId, status, event.scanId, event.severity, ...seenBy(observations, notSeen)].join(' '),
      );
  }
  return {
    ...{ included: included.sort(), outside: outside.sort(), openElsewhen },
    counts: { considered, included: included.length, excluded },
  };
}

function seenBy(observations: readonly Observation[], notSeen: Known['notSeen']): (string | number)[] {
  const effective = observations.filter(({ gone }) => !gone).map(({ event }) => event);
  const instants = effective.map(({ discoveredAt }) => discoveredAt).sort();
  const last = instants.at(-1) ?? '';
  const since = notSeen
    .filter(({ at }) => at > last)
    .sort((a, b) => (a.at < b.at || (a.at === b.at && a.scanId < b.scanId) ? -1 : 1));
  const scans = new Set(effective.map(({ scanId }) => scanId)).size;
  return [instants[0] ?? '', last, scans, since[0]?.scanId ?? 'never', since.length];
}

const inWords = ({
  id,
  status,
  scanId,
  severity,
  firstSeenAt,
  lastSeenAt,
  observations,
  notSeenSince,
}: ScopedFinding) =>
  [
    ...[id, status, scanId, severity, firstSeenAt, lastSeenAt, observations],
    ...[notSeenSince?.scanId ?? 'never', notSeenSince?.scans ?? 0],
  ].join(' ');

test('SQL and tallies give the same as checking every finding, as of any position', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, scopes, fc.constantFrom(...TENANTS), fc.nat(), async (log, scope, tenant, pick) => {
      const { events, known } = told(log);
      const then = known[pick % Math.max(known.length, 1)] ?? { position: BigInt(events.length), found: [] };
      const view = openViewFile({ file: ':memory:', schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA });
      const mark = { id: 'e', stream: 's', revision: 0n, position: BigInt(events.length), recordedAt: '' };
      view.transaction(mark, (db) => {
        for (const event of events) applyToEvidence(event, db);
      });
      const evidence = evidenceInViewFile(view, { reached: async () => undefined, position: () => undefined });
      const snapshot = snapshotOf(
        scopeLines({ tenant, scope, ...(await evidence.asOf(tenant, then.position, scope)) }),
      );
      view.close();
      const found = {
        included: snapshot.findings.map(inWords).sort(),
        outside: (snapshot.outside ?? [])
          .flatMap(({ severity, status, findings }) => Array.from({ length: findings }, () => `${severity} ${status}`))
          .sort(),
        openElsewhen: Object.fromEntries(
          (snapshot.openElsewhen ?? []).map(({ reason, findings }) => [reason, findings]),
        ),
        counts: snapshot.counts,
      };
      expect(found).toEqual(bruteForce(then.found, tenant, scope));
    }),
    { seed: 20261124, numRuns: 400 },
  );
});
