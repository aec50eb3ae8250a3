import type { ReportEvent, ReportReady } from '@evidence/contracts';
import { exampleOf } from '@evidence/contracts/examples';
import { given } from '@evidence/decider/given';
import { describe, expect, it } from 'vitest';
import { type FileKind, obstacleTo, restoring, sentenceOf } from '../../src/core/restoring.js';

const event = (type: ReportEvent['type']) => ({ type, data: exampleOf(type) }) as unknown as ReportEvent;
const past = (['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady'] as const).map(event);
const givenReport = given(restoring, { equal: (actual, wanted, because) => expect(actual, because).toEqual(wanted) });
const lost = exampleOf('ArtifactLost');
const restored = exampleOf('ArtifactRestored');
const isLost = { type: 'ArtifactLost', data: lost } as const;

describe('the files of a ready report', () => {
  it('are recorded as restored, and as lost', () => {
    givenReport(...past)
      .when({ type: 'RecordRestored', data: restored })
      .then({ type: 'ArtifactRestored', data: restored });
    givenReport(...past)
      .when({ type: 'RecordLost', data: lost })
      .then(isLost);
  });

  it('are recorded as lost once for each reason', () => {
    const later = { ...lost, foundAt: '2026-05-24T08:00:00.000Z' };
    givenReport(...past, isLost)
      .when({ type: 'RecordLost', data: later })
      .thenNothing();
    const other = { ...lost, missing: 'signing_key' } as const;
    givenReport(...past, isLost)
      .when({ type: 'RecordLost', data: other })
      .then({ type: 'ArtifactLost', data: other });
  });

  it('are not recorded once it has expired', () => {
    const expired = [...past, event('ReportExpired')];
    givenReport(...expired)
      .when({ type: 'RecordRestored', data: restored })
      .thenNothing();
    givenReport(...expired)
      .when({ type: 'RecordLost', data: lost })
      .thenNothing();
  });
});

describe('the obstacle to making an identical file', () => {
  const example = exampleOf('ReportReady');
  const means = { rendererVersion: example.rendererVersion, keyId: example.signature.keyId };
  const signed = (
    signature: Partial<ReportReady['signature']>,
    format: ReportReady['format'] = 'pdf',
  ): ReportReady => ({
    ...example,
    format,
    signature: { ...example.signature, ...signature },
  });
  const both: readonly FileKind[] = ['artifact', 'attestation'];

  it.each([
    ['none, at B-B with RS256 and the same key', both, signed({ level: 'B-B' }), means, undefined],
    ['none, for a report from before levels were recorded', both, signed({}), means, undefined],
    ['another renderer', both, example, { ...means, rendererVersion: '999' }, 'renderer_version'],
    ['another key', both, example, { ...means, keyId: 'another' }, 'signing_key'],
    ['no key', both, example, { ...means, keyId: undefined }, 'signing_key'],
    ['ES256 in a PDF', ['artifact'], signed({ algorithm: 'ES256' }), means, 'signature'],
    ['ES256 in an attestation', ['attestation'], signed({ algorithm: 'ES256' }, 'json'), means, 'signature'],
    [
      'none, for the JSON of a report signed with ES256',
      ['artifact'],
      signed({ algorithm: 'ES256' }, 'json'),
      means,
      undefined,
    ],
    ['time-stamps', both, signed({ level: 'B-T' }), means, 'timestamps'],
  ] as const)('%s', (_, gone, ready, available, missing) => {
    expect(obstacleTo(gone, ready, available)?.missing).toBe(missing);
  });

  it('is described in a sentence that fits into the event and says what to do', () => {
    const sentence = sentenceOf({ missing: 'making', sentence: 'x'.repeat(2_000) });
    expect(sentence).toHaveLength(1_000);
    expect(sentence).toMatch(/: restore it from a backup, or regenerate the report\.$/);
  });
});
