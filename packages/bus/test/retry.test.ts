import { ArtifactError } from '@evidence/artifacts';
import { assertEventSchema } from '@evidence/contracts';
import { Refusal, retryableOf } from '@evidence/decider';
import { EventStoreError } from '@evidence/event-store';
import { describe, expect, it } from 'vitest';
import { BusError } from '../src/errors.js';
import { fateOf, RETRY_POLICY } from '../src/retry.js';

const contractError = (() => {
  try {
    assertEventSchema('ReportReady.v1', {});
  } catch (error) {
    return error;
  }
  return undefined;
})();

describe('a failed message', () => {
  it.each([
    ['a refusal', new Refusal('edition_unknown', 'no such edition')],
    ['a broken contract', contractError],
    ['an unreadable body', new BusError('message_unreadable', 'not JSON')],
    ['an event that can never be appended', new EventStoreError('invalid_event', 'too large')],
    ['a deleted stream', new EventStoreError('stream_deleted', 'gone')],
    ['a missing snapshot', new ArtifactError('not_found', 'no such blob')],
    ['an error that is not retryable', Object.assign(new Error('no'), { retryable: false })],
  ])('is parked at once after %s', (_, error) => {
    expect(retryableOf(error)).toBe(false);
    expect(fateOf(error, 1, RETRY_POLICY)).toEqual({ kind: 'park' });
  });

  it.each([
    ['an unexpected error', new TypeError('x is not a function')],
    ['a thrown value that is not an error', 'boom'],
  ])('is retried after %s with growing delays, and parked after the last', (_, error) => {
    const tries = RETRY_POLICY.delaysMs.map((_, n) => fateOf(error, n + 1, RETRY_POLICY));
    expect(tries).toEqual(RETRY_POLICY.delaysMs.map((delayMs) => ({ kind: 'retry', delayMs })));
    expect(RETRY_POLICY.delaysMs).toEqual(RETRY_POLICY.delaysMs.toSorted((a, b) => a - b));
    expect(fateOf(error, tries.length + 1, RETRY_POLICY)).toEqual({ kind: 'park' });
    expect(fateOf(error, 1_000, RETRY_POLICY)).toEqual({ kind: 'park' });
  });

  it.each([
    ['an unavailable store', new EventStoreError('unavailable', 'down')],
    ['a lost race', new EventStoreError('wrong_expected_revision', 'lost')],
    ['an unavailable artifact folder', new ArtifactError('unavailable', 'no such mount')],
    ['any other retryable error', Object.assign(new Refusal('busy', 'later'), { retryable: true })],
  ])('is retried after %s until it is let go, because its report has its own deadline', (_, passing) => {
    const tries = [1, 2, 3, 4, 5, 6, 30].map((delivery) => fateOf(passing, delivery, RETRY_POLICY));
    const last = RETRY_POLICY.delaysMs.at(-1);
    expect(tries).toEqual([...RETRY_POLICY.delaysMs, last, last].map((delayMs) => ({ kind: 'retry', delayMs })));
    // Before it counts as a message without an outcome. Expiry sends it again.
    expect(fateOf(passing, RETRY_POLICY.patientDeliveriesMax, RETRY_POLICY)).toEqual({ kind: 'let_go' });
    expect(RETRY_POLICY.patientDeliveriesMax).toBeLessThan(RETRY_POLICY.deliveriesMax);
  });
});
