import {
  exampleOf,
  type FindingRecorded,
  type FindingStatus,
  type ReportScope,
  type Severity,
} from '@evidence/contracts';
import { openViewFile, type RecordedEvent } from '@evidence/event-store';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  applyToEvidence,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
  evidenceInViewFile,
} from '../src/adapters/evidence-in-view-file.js';
import { resolveScope } from '../src/core/resolve-scope.js';

const TENANTS = ['acme', 'globex'];
const ENDPOINTS = ['ep_a', 'ep_b', 'ep_c'];
const DAYS = ['2026-03-31', '2026-04-01', '2026-06-30', '2026-07-01'];
const SEVERITIES: Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
const STATUSES: FindingStatus[] = ['open', 'triaged', 'fixed', 'accepted', 'false_positive'];

/** What can happen: something is found, or somebody decides on something found before. */
const happenings = fc.array(
  fc.record({
    tenant: fc.constantFrom(...TENANTS),
    endpoint: fc.constantFrom(...ENDPOINTS),
    day: fc.constantFrom(...DAYS),
    severity: fc.constantFrom(...SEVERITIES),
    status: fc.constantFrom(...STATUSES),
    /** A decision on the finding so many before; 0: a finding. */
    decides: fc.constantFrom(0, 0, 0, 1, 2, 5),
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

interface Known {
  readonly tenant: string;
  readonly event: FindingRecorded;
  status: FindingStatus;
}

/** The log's events, and by position everything that is known then. */
function told(log: Log) {
  const events: RecordedEvent[] = [];
  const found: Known[] = [];
  const at = (type: string, data: object) =>
    events.push({ type, data, position: BigInt(events.length + 1) } as unknown as RecordedEvent);
  for (const tenant of TENANTS)
    for (const endpointId of ENDPOINTS)
      at('ScanRecorded', { ...exampleOf('ScanRecorded'), tenant, endpointId, scanId: `scn_${tenant}_${endpointId}` });
  const known = log.map(({ tenant, endpoint, day, severity, status, decides }) => {
    const decided = decides > 0 ? found.at(-decides) : undefined;
    if (decided) {
      decided.status = status;
      const { findingId } = decided.event;
      const change = { ...exampleOf('FindingStatusChanged'), tenant: decided.tenant, findingId, to: status };
      at('FindingStatusChanged', change);
    } else {
      const event: FindingRecorded = {
        ...exampleOf('FindingRecorded'),
        ...{ tenant, severity, status, endpointId: endpoint, discoveredAt: `${day}T23:59:59.999Z` },
        ...{ findingId: `fnd_${events.length}`, scanId: `scn_${tenant}_${endpoint}` },
      };
      found.push({ tenant, event, status });
      at('FindingRecorded', event);
    }
    return { position: BigInt(events.length), found: found.map((each) => ({ ...each })) };
  });
  return { events, known };
}

/** Every finding of the tenant against every rule, in the words of the contract. */
function bruteForce(found: readonly Known[], tenant: string, scope: ReportScope) {
  const excluded: Record<string, number> = {};
  const included: string[] = [];
  const own = found.filter((each) => each.tenant === tenant);
  for (const { event, status } of own) {
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
    else included.push(`${event.findingId} ${status}`);
  }
  return { included: included.sort(), counts: { considered: own.length, included: included.length, excluded } };
}

test('SQL and tallies find and count what going through every finding finds and counts, as of any point', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, scopes, fc.constantFrom(...TENANTS), fc.nat(), async (log, scope, tenant, pick) => {
      const { events, known } = told(log);
      const then = known[pick % Math.max(known.length, 1)] ?? { position: BigInt(events.length), found: [] };
      const view = openViewFile({ file: ':memory:', schemaVersion: EVIDENCE_SCHEMA_VERSION, schema: EVIDENCE_SCHEMA });
      view.transaction(BigInt(events.length), (db) => {
        for (const event of events) applyToEvidence(event, db);
      });
      const evidence = evidenceInViewFile(view, { reached: async () => undefined });
      const snapshot = resolveScope({ tenant, scope, ...(await evidence.asOf(tenant, then.position, scope)) });
      view.close();
      const found = {
        included: snapshot.findings.map(({ id, status }) => `${id} ${status}`).sort(),
        counts: snapshot.counts,
      };
      expect(found).toEqual(bruteForce(then.found, tenant, scope));
    }),
    { seed: 20261124, numRuns: 400 },
  );
});
