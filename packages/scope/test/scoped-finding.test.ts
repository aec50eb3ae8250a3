import { assertDocument, canonicalText } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { describe, expect, test } from 'vitest';
import { decisionInFile, type KnownFinding, type RecordedFinding, recordedFinding } from '../src/recorded-evidence.js';
import { scopeLines } from '../src/resolve-scope.js';
import { everything, finding, resolve, scan, tally } from './known.js';
import { resolveScope } from './resolved.js';

test('writes every member of a finding, in the order of canonical JSON', () => {
  const { sightings } = finding({ id: 'fnd_1' });
  const at = '2026-05-20T23:59:59.999Z';
  const known: KnownFinding & { readonly recorded: Required<RecordedFinding> } = {
    recorded: {
      ...{
        id: 'fnd_1',
        scanId: 'scn_ep_a',
        endpointId: 'ep_a',
        title: 'Title',
        severity: 'high',
        severityOriginal: 'HIGH',
      },
      ...{ discoveredAt: at, timeNotStated: true, probe: 'p', detector: 'd', target: 't', redactions: 1 },
      refs: [
        { ref: 'OWASP_LLM01', native: 'owasp:llm01', source: 's', origin: 'file' },
        { ref: 'OWASP_LLM02', native: 'owasp:llm02', source: 's' },
      ],
      ...{ unresolvedTags: ['tag'], evidenceExcerptSha256: 'a'.repeat(64), evidenceExcerpt: 'Excerpt' },
      ...{ hits: 1, evaluations: 2, score: 0.5 },
    },
    sightings: {
      ...sightings,
      undated: { importedAt: at, observations: 1 },
      notSeenSince: { at, scanId: 'scn_ep_b', scans: 1 },
    },
    status: 'triaged',
  };
  const evidence = { findings: [known], tallies: [tally(known)], scans: [scan('ep_a')] };
  const lines = scopeLines({
    ...{ tenant: 'acme', scope: everything, includeEvidence: true, openElsewhen: [], unreadableEvents: 0 },
    ...evidence,
  });
  const written = [...lines].find((line) => line.finding)?.finding;
  const { tool } = scan('ep_a').scan;
  expect(written).toEqual({ ...known.recorded, ...known.sightings, status: 'triaged', tool });
  expect(JSON.stringify(written)).toBe(canonicalText(written));
});

describe('a finding that the file itself closes', () => {
  const closed = { ...exampleOf('FindingRecorded'), status: 'accepted' as const };
  const at = closed.discoveredAt;

  test('shows the file’s own kind, justification, place and author', () => {
    const disposition = { kind: 'inSource', justification: 'Behind a proxy.', by: 'jane.doe', place: 'src/chat.py:12' };
    expect(decisionInFile({ ...closed, disposition }, 'operator:root')).toEqual({
      ...{ at, by: 'file:jane.doe', kind: 'inSource', reason: 'Behind a proxy. (src/chat.py:12)' },
    });
  });

  test('is attributed to the importer if the file names no author', () => {
    const decision = decisionInFile(closed, 'token:tok_1');
    expect(decision).toEqual({ at, by: 'token:tok_1', reason: expect.stringMatching(/gives no reason/) });
    const snapshot = resolve({}, { ...finding({ id: 'fnd_1', status: 'accepted' }), ...(decision && { decision }) });
    expect(snapshot.dispositions[0]).toMatchObject({ decidedAt: at, decidedBy: 'token:tok_1' });
    expect(() => assertDocument('ScopeSnapshot.v1', snapshot)).not.toThrow();
  });

  test('is dated by the import if the scan has no stated time, and says so', () => {
    const decision = decisionInFile({ ...closed, timeNotStated: true }, 'token:tok_1');
    const snapshot = resolve({}, { ...finding({ id: 'fnd_1', status: 'accepted' }), ...(decision && { decision }) });
    expect(snapshot.dispositions[0]).toMatchObject({ decidedAt: at, decidedAtImport: true });
    expect(() => assertDocument('ScopeSnapshot.v1', snapshot)).not.toThrow();
  });

  test('has no decision if the file leaves it open', () => {
    expect(decisionInFile({ ...closed, status: 'triaged' }, 'operator:root')).toBeUndefined();
  });
});

describe('the evidence', () => {
  const of = (excerpt: string): KnownFinding => {
    const recorded = exampleOf('FindingRecorded');
    const evidence = { ...recorded.evidence, excerpt, excerptSha256: 'a'.repeat(64) };
    const known = recordedFinding({ ...recorded, scanId: 'scn_ep_a', endpointId: 'ep_a', evidence });
    return { ...finding({ id: 'fnd_1' }), recorded: known };
  };
  const shown = (known: KnownFinding, includeEvidence?: boolean) => {
    const evidence = {
      openElsewhen: [],
      unreadableEvents: 0,
      tallies: [tally(known)],
      findings: [known],
      scans: [scan('ep_a')],
    };
    const snapshot = resolveScope({ tenant: 'acme', scope: everything, includeEvidence, ...evidence });
    expect(() => assertDocument('ScopeSnapshot.v1', snapshot)).not.toThrow();
    const [finding] = snapshot.findings;
    return [finding?.evidenceExcerptSha256, finding?.evidenceExcerpt];
  };

  test('is only its hash, unless the request includes it', () => {
    expect(shown(of('Sure.'))).toEqual(['a'.repeat(64), undefined]);
    expect(shown(of('Sure.'), true)).toEqual(['a'.repeat(64), 'Sure.']);
  });

  test('without text has no hash, even if an older event has one', () => {
    expect(shown(of(''), true)).toEqual([null, undefined]);
  });
});
