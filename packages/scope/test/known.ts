import type { FindingStatus, ReportScope, Severity } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { dayOf, type KnownFinding, type KnownScan, recordedFinding, recordedScan } from '../src/recorded-evidence.js';
import type { FindingTally } from '../src/resolve-scope.js';
import { resolveScope } from './resolved.js';

export const everything: ReportScope = { endpointIds: [], includeSeverities: [] };

interface Sample {
  readonly id: string;
  readonly endpoint?: string;
  readonly day?: string;
  readonly severity?: Severity;
  readonly status?: FindingStatus;
}

export const finding = ({
  id,
  endpoint = 'ep_a',
  day = '2026-05-20',
  severity = 'high',
  status = 'open',
}: Sample): KnownFinding => ({
  recorded: recordedFinding({
    ...exampleOf('FindingRecorded'),
    findingId: id,
    scanId: `scn_${endpoint}`,
    endpointId: endpoint,
    discoveredAt: `${day}T23:59:59.999Z`,
    severity,
  }),
  sightings: { firstSeenAt: `${day}T23:59:59.999Z`, lastSeenAt: `${day}T23:59:59.999Z`, observations: 1 },
  status,
  ...(status === 'open' ? {} : { decision: { at: '2026-06-01T00:00:00.000Z', by: 'token:tok_1', reason: 'Seen.' } }),
});

export const scan = (endpoint: string, isSuperseded = false): KnownScan => ({
  isSuperseded,
  scan: recordedScan({
    ...exampleOf('ScanRecorded'),
    scanId: `scn_${endpoint}`,
    endpointId: endpoint,
    startedAt: '2026-05-20T00:00:00.000Z',
  }),
});

export const tally = ({ recorded: { endpointId, severity, discoveredAt } }: KnownFinding): FindingTally => ({
  endpointId,
  severity,
  day: dayOf(discoveredAt),
  findings: 1,
});

/** The snapshot of a scope of these findings. */
export const resolve = (scope: Partial<ReportScope>, ...findings: KnownFinding[]) =>
  resolveScope({
    tenant: 'acme',
    scope: { ...everything, ...scope },
    openElsewhen: [],
    unreadableEvents: 0,
    tallies: findings.map(tally),
    findings,
    scans: [scan('ep_b'), scan('ep_a')],
  });
