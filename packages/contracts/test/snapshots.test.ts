import { expect, test } from 'vitest';
import { ContractError, canonicalJson, scopeSnapshotOf } from '../src/index.js';

const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const tool = { name: 'garak', version: '0.13.3' };
const evaluations = { total: 10, passed: 7, failed: 3, unscored: 0 };

/** As stored on 2026-11-28, with the members of the contract at the time. */
const old = {
  tenant: 'acme',
  scope: { endpointIds: [], includeSeverities: [] },
  findings: [
    {
      ...{ id: 'fnd_1', scanId: 'scn_1', endpointId: 'ep_chat', title: 'It leaks', severity: 'high', status: 'open' },
      ...{
        severityOriginal: 'DEFCON 2',
        discoveredAt: '2026-05-20T08:00:00.000Z',
        tool,
        probe: 'p.P',
        detector: 'd.D',
      },
      ...{ refs: [], unresolvedTags: [], evidenceExcerptSha256: SHA256_OF_NOTHING, hits: 3, evaluations: 10 },
    },
  ],
  dispositions: [
    {
      ...{ findingId: 'fnd_2', title: 'Known', severity: 'low', status: 'accepted' },
      ...{ decidedAt: '2026-06-01T00:00:00.000Z', decidedBy: 'token:tok_1' },
    },
  ],
  scans: [
    {
      ...{ id: 'scn_1', endpointId: 'ep_chat', tool, format: 'garak', sourceSha256: 'a'.repeat(64) },
      ...{ startedAt: '2026-05-20T08:00:00.000Z', attempts: 10, evaluated: true, evaluations, probes: [] },
      ...{ counts: { in: 1, recorded: 1, skipped: {} }, discrepancies: [] },
    },
  ],
  counts: { considered: 2, included: 1, excluded: { status_accepted: 1 } },
};

test('a scope snapshot from before 2026-11-29 can be read, and nothing is added to it', () => {
  const { findings, dispositions, scans, ...others } = scopeSnapshotOf(canonicalJson(old));
  const seen = { firstSeenAt: '2026-05-20T08:00:00.000Z', lastSeenAt: '2026-05-20T08:00:00.000Z', observations: 1 };
  expect(findings).toEqual([{ ...old.findings[0], ...seen, evidenceExcerptSha256: null }]);
  expect(dispositions).toEqual([{ ...old.dispositions[0], firstSeenAt: null, lastSeenAt: null, observations: 1 }]);
  expect(scans).toEqual([{ ...old.scans[0], run: { outcome: 'not_stated', problems: [] }, targets: [] }]);
  expect({ ...others, findings: old.findings, dispositions: old.dispositions, scans: old.scans }).toEqual(old);
});

test('a current scope snapshot is read as it is', () => {
  const now = scopeSnapshotOf(canonicalJson(old));
  expect(scopeSnapshotOf(canonicalJson(now))).toEqual(now);
});

test('anything that is not a scope snapshot is refused', () => {
  for (const broken of [null, [], {}, { ...old, findings: 'none' }, { ...old, scans: [null] }, { ...old, tenant: 1 }])
    expect(() => scopeSnapshotOf(canonicalJson(broken)), JSON.stringify(broken)).toThrow(ContractError);
  expect(() => scopeSnapshotOf(Buffer.from('{'))).toThrow(SyntaxError);
});
