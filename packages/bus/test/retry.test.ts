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
    ['a stream that is gone for good', new EventStoreError('stream_deleted', 'gone')],
    ['a snapshot that is not there', new ArtifactError('not_found', 'no such blob')],
    ['an error that says so', Object.assign(new Error('no'), { retryable: false })],
  ])('is given up at once for %s', (_, error) => {
    expect(retryableOf(error)).toBe(false);
    expect(fateOf(error, 1, RETRY_POLICY)).toEqual({ kind: 'park' });
  });

  it.each([
    ['what nobody foresaw', new TypeError('x is not a function')],
    ['what is not even an error', 'boom'],
  ])('is tried again for %s, later each time, and given up on the last try', (_, error) => {
    const tries = RETRY_POLICY.delaysMs.map((_, n) => fateOf(error, n + 1, RETRY_POLICY));
    expect(tries).toEqual(RETRY_POLICY.delaysMs.map((delayMs) => ({ kind: 'retry', delayMs })));
    expect(RETRY_POLICY.delaysMs).toEqual(RETRY_POLICY.delaysMs.toSorted((a, b) => a - b));
    expect(fateOf(error, tries.length + 1, RETRY_POLICY)).toEqual({ kind: 'park' });
    expect(fateOf(error, 1_000, RETRY_POLICY)).toEqual({ kind: 'park' });
  });

  it.each([
    ['a store that is away', new EventStoreError('unavailable', 'away')],
    ['a lost race', new EventStoreError('wrong_expected_revision', 'lost')],
    ['an artifact folder that is away', new ArtifactError('unavailable', 'no such mount')],
    ['any other error that says that it will pass', Object.assign(new Refusal('busy', 'later'), { retryable: true })],
  ])('is waited out for %s: its report has a deadline of its own', (_, passing) => {
    const tries = [1, 2, 3, 4, 5, 6, 30].map((delivery) => fateOf(passing, delivery, RETRY_POLICY));
    const last = RETRY_POLICY.delaysMs.at(-1);
    expect(tries).toEqual([...RETRY_POLICY.delaysMs, last, last].map((delayMs) => ({ kind: 'retry', delayMs })));
    // Before it counts as a message that nobody answers; expiry sends it again.
    expect(fateOf(passing, RETRY_POLICY.patientDeliveriesMax, RETRY_POLICY)).toEqual({ kind: 'let_go' });
    expect(RETRY_POLICY.patientDeliveriesMax).toBeLessThan(RETRY_POLICY.deliveriesMax);
  });
});
