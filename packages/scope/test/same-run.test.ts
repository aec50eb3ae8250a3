import type { ReportScope, SameRun } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { describe, expect, test } from 'vitest';
import { type KnownScan, recordedScan, withSameRun } from '../src/recorded-evidence.js';
import { resolveScope } from './resolved.js';

const everything: ReportScope = { endpointIds: [], includeSeverities: [] };

const scan = (endpoint: string, isSuperseded = false): KnownScan => ({
  isSuperseded,
  scan: recordedScan({ ...exampleOf('ScanRecorded'), scanId: `scn_${endpoint}`, endpointId: endpoint }),
});

describe('copies of one run', () => {
  test('are listed in the scan that counts', () => {
    const [copy, apart] = ['scn_z', 'scn_b'].map((scanId): SameRun => ({ scanId, relation: 'copy', findings: 0 }));
    expect(withSameRun(scan('ep_a').scan, [copy, apart] as SameRun[]).sameRun).toEqual([apart, copy]);
  });

  test('do not appear as a second scan in the report', () => {
    const scans = [scan('ep_a'), scan('ep_b', true)];
    const snapshot = resolveScope({
      tenant: 'acme',
      scope: everything,
      tallies: [],
      findings: [],
      scans,
      openElsewhen: [],
      unreadableEvents: 0,
    });
    expect(snapshot.scans.map(({ id }) => id)).toEqual(['scn_ep_a']);
  });
});
