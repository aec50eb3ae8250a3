import { assertDocument, type ReportScope } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { expect, test } from 'vitest';
import { type KnownFinding, recordedFinding, recordedScan } from '../src/recorded-evidence.js';
import { resolveScope } from './resolved.js';

const event = exampleOf('FindingRecorded');
const { endpointId, severity, discoveredAt } = event;
const scope: ReportScope = { endpointIds: [], includeSeverities: [] };
const day = discoveredAt.slice(0, 10);

test('the redactions in all stored text of a finding, a decision and a scan are counted', () => {
  const redacted = recordedFinding({
    ...event,
    title: 'Wrote to [redacted: email]',
    summary: 'With [redacted: token]',
    unresolvedTags: ['[redacted: secret]'],
    evidence: { ...event.evidence, excerpt: '[redacted: key]' },
  });
  const sightings = { firstSeenAt: discoveredAt, lastSeenAt: discoveredAt, observations: 1 };
  const open: KnownFinding = { recorded: redacted, sightings, status: 'open' };
  const closed: KnownFinding = {
    recorded: { ...redacted, id: 'fnd_b', redactions: 1 },
    sightings,
    status: 'accepted',
    decision: { at: '2026-06-01T00:00:00.000Z', by: 'token:tok_1', reason: 'Ask [redacted: email]' },
  };
  const run = { outcome: 'failed', problems: ['[redacted: secret] was wrong'] } as const;
  const scan = recordedScan({ ...exampleOf('ScanRecorded'), run: { ...run, problems: [...run.problems] } });
  const snapshot = resolveScope({
    ...{ tenant: 'acme', scope, openElsewhen: [], unreadableEvents: 0 },
    tallies: [{ endpointId, severity, day, findings: 2 }],
    findings: [open, closed],
    scans: [{ scan, isSuperseded: false }],
  });
  expect(snapshot.findings.map(({ redactions }) => redactions)).toEqual([4]);
  expect(snapshot.dispositions.map(({ redactions }) => redactions)).toEqual([2]);
  expect(snapshot.scans.map(({ redactions }) => redactions)).toEqual([1]);
  expect(() => assertDocument('ScopeSnapshot.v1', snapshot)).not.toThrow();
});

test('without redactions, the member is absent', () => {
  expect(recordedFinding(event)).not.toHaveProperty('redactions');
  expect(recordedScan(exampleOf('ScanRecorded'))).not.toHaveProperty('redactions');
});
