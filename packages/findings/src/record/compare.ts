import { envelop, type FindingRecorded, type Provenance, streamOf } from '@evidence/contracts';
import { derivedEventId, type ExpectedRevision, isLostRace, type NewEvent } from '@evidence/event-store';
import { type EventLog, historyOf } from '@evidence/event-store/log';
import { tenantPolicy } from '@evidence/retention';
import type { ImportedScan } from '../imported-scan.js';
import {
  type CompareScan,
  type SeenWeakness,
  type WeaknessEvent,
  type WeaknessHistory,
  weaknesses,
} from '../weaknesses/compare-scan.js';
import { type Comparison, comparisonOf } from '../weaknesses/comparison.js';
import { knownWeaknesses } from '../weaknesses/known-weaknesses.js';
import { testsOf } from '../weaknesses/scan-identities.js';

/** How often a comparison is repeated because another import for the endpoint was faster; each time, one of those imports succeeded. */
const ATTEMPTS_MAX = 50;

interface History {
  readonly past: WeaknessHistory;
  readonly revision: ExpectedRevision;
}

/** The weaknesses that a scan saw, collected finding by finding. */
export class SeenWeaknesses {
  readonly byFindingId = new Map<string, SeenWeakness>();

  constructor(private readonly imported: Pick<ImportedScan, 'testIdOf'>) {}

  add(finding: FindingRecorded): void {
    const isClosed = finding.status !== 'open' && finding.status !== 'triaged';
    const known = this.byFindingId.get(finding.findingId);
    const seen = known
      ? { ...known, isClosed: known.isClosed && isClosed, rows: known.rows + 1 }
      : { testId: this.imported.testIdOf(finding), isClosed, rows: 1 };
    this.byFindingId.set(finding.findingId, seen);
  }
}

/** How many rows of the file are to be recorded, and how many of these see a known weakness again. */
export interface ComparedRows extends Comparison {
  readonly rows: { readonly recorded: number; readonly observed: number };
}

/**
 * Records what the scan means for the weaknesses of its endpoint, unless that is already recorded, and returns it. Throws
 * `EventStoreError`: `unavailable`; `wrong_expected_revision` if others kept importing for the endpoint (import again).
 */
export async function compare(
  store: EventLog,
  imported: ImportedScan,
  seen: ReadonlyMap<string, SeenWeakness>,
  provenance: Provenance,
): Promise<ComparedRows> {
  const { scan } = imported;
  const { tenant, endpointId } = scan;
  const stream = streamOf.weaknesses(tenant, endpointId);
  for (let attempt = 1; ; attempt++) {
    const { past, revision } = await weaknessesIn(store, stream);
    const command = await compareScan(store, imported, { past, seen, comparedAt: provenance.occurredAt });
    const events = weaknesses.decide(command, past);
    if (events.length === 0) return withRows(comparisonOf(past, scan.scanId), seen);
    const parts = past.flatMap(compared).filter(({ scanId }) => scanId === scan.scanId).length;
    try {
      await store.append(
        stream,
        revision,
        events.map((event, index) => envelope(event, parts + index, provenance)),
      );
      return withRows(comparisonOf([...past, ...events], scan.scanId), seen);
    } catch (error) {
      if (!isLostRace(error) || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/** The endpoint's stream as it is now. Throws `EventStoreError` `unavailable`. */
export async function weaknessHistory(
  store: EventLog,
  { tenant, endpointId }: { readonly tenant: string; readonly endpointId: string },
): Promise<WeaknessHistory> {
  return (await weaknessesIn(store, streamOf.weaknesses(tenant, endpointId))).past;
}

/**
 * Records in the endpoint's stream that a finding is about to be marked fixed, so that the next scan that sees it checks its status.
 * Repeating it has no effect. Throws `EventStoreError` `unavailable`.
 */
export async function claimFix(
  store: EventLog,
  {
    tenant,
    endpointId,
    findingId,
  }: { readonly tenant: string; readonly endpointId: string; readonly findingId: string },
  provenance: Provenance,
): Promise<void> {
  const data = { findingId, tenant, endpointId, claimedAt: provenance.occurredAt, claimedBy: provenance.actor };
  const event = envelop(derivedEventId(findingId, 'FixClaimed'), { type: 'FixClaimed', data }, provenance);
  await store.append(streamOf.weaknesses(tenant, endpointId), 'any', [event]);
}

function withRows(comparison: Comparison, seen: ReadonlyMap<string, SeenWeakness>): ComparedRows {
  const { first, again } = comparison;
  let recorded = 0;
  for (const [findingId, { rows }] of seen) if (first.has(findingId) || again.has(findingId)) recorded += rows;
  return { ...comparison, rows: { recorded, observed: recorded - first.size } };
}

async function compareScan(
  store: EventLog,
  { scan, passed, rowsSha256 }: ImportedScan,
  { past, seen, comparedAt }: { past: WeaknessHistory; seen: CompareScan['data']['seen']; comparedAt: string },
): Promise<CompareScan> {
  const { scanId, tenant, endpointId, tool, startedAt, copy } = scan;
  const tests = new Set<string>();
  for (const [findingId, { testId }] of knownWeaknesses(past.flatMap(compared))) tests.add(testId ?? findingId);
  const passedTests = new Set<string>();
  if (tests.size > 0) for await (const test of passed()) if (tests.has(test)) passedTests.add(test);
  const ofRun = { ...(copy && { copy, tests: testsOf(scan) }), ...(rowsSha256 !== undefined && { rowsSha256 }) };
  return {
    type: 'CompareScan',
    data: {
      scan: { scanId, tenant, endpointId, tool: tool.name, startedAt, ...ofRun },
      comparedAt,
      seen,
      passed: passedTests,
      afterCleanScans: passedTests.size > 0 ? await afterCleanScans(store, tenant) : undefined,
    },
  };
}

const compared = (event: WeaknessEvent) => (event.type === 'ScanCompared' ? [event.data] : []);

async function weaknessesIn(store: EventLog, stream: string): Promise<History> {
  const past: WeaknessEvent[] = [];
  let revision: ExpectedRevision = 'no_stream';
  for await (const event of historyOf(store, 'weaknesses', stream)) {
    past.push(event);
    revision = event.revision;
  }
  return { past, revision };
}

async function afterCleanScans(store: EventLog, tenant: string): Promise<number | undefined> {
  let policy = tenantPolicy.initialState;
  for await (const event of historyOf(store, 'tenant', streamOf.tenant(tenant))) {
    policy = tenantPolicy.evolve(policy, event);
  }
  return policy.autoResolveAfterCleanScans;
}

function envelope(event: WeaknessEvent, part: number, provenance: Provenance): NewEvent {
  const cause = event.type === 'ScanCompared' ? event.data.scanId : event.data.findingId;
  return envelop(derivedEventId(cause, `${event.type}/${part}`), event, provenance);
}
