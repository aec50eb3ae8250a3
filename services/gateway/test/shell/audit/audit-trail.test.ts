import { exampleOf } from '@evidence/contracts/examples';
import { EventStoreError } from '@evidence/event-store';
import { eventually } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { AuditTrail } from '../../../src/shell/audit/audit-trail.js';

const call = (number: number, tenant = 'acme') => ({
  type: 'ApiCallAudited' as const,
  data: {
    ...exampleOf('ApiCallAudited'),
    tenant,
    callId: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  },
});

function trailOver(append: (stream: string, count: number) => Promise<void>, callsMax = 10_000) {
  const logged: { readonly call?: object }[] = [];
  const log = (facts: object) => void logged.push(facts);
  const store = {
    append: async (stream: string, _: unknown, events: readonly object[]) => {
      await append(stream, events.length);
      return { revision: 0n, position: 0n };
    },
  };
  const logger = { warn: () => undefined, error: log };
  return { trail: new AuditTrail({ store, logger, callsMax } as never), logged };
}

const away = () => Promise.reject(new EventStoreError('unavailable', 'away'));

test('calls are appended in batches, to the stream of their tenant', async () => {
  const appended: [string, number][] = [];
  const { trail } = trailOver(async (stream, count) => void appended.push([stream, count]));
  for (let number = 0; number < 1_200; number++) trail.begin()(call(number, number % 3 === 0 ? 'globex' : 'acme'));
  await trail.drain();
  expect(appended).toEqual([
    ['audit-globex', 400],
    ['audit-acme', 500],
    ['audit-acme', 300],
  ]);
});

test('when the maximum number of calls is waiting, further ones are refused until one has ended', async () => {
  const held = Promise.withResolvers<void>();
  const { trail } = trailOver(() => held.promise, 3);
  const finishers = [trail.begin(), trail.begin(), trail.begin()];
  expect(() => trail.begin()).toThrow('so requests are refused for now');
  for (const [number, finish] of finishers.entries()) finish(call(number));
  expect(() => trail.begin()).toThrow('so requests are refused for now');
  held.resolve();
  await eventually(() => trail.begin());
});

test('at the end, calls that the store does not accept are in the log in full', async () => {
  const { trail, logged } = trailOver(away);
  for (let number = 0; number < 3; number++) trail.begin()(call(number));
  await trail.drain();
  expect(logged.map((line) => line.call)).toEqual([0, 1, 2].map((number) => call(number).data));
});

test('a store that does not respond does not delay the drain', async () => {
  const { trail, logged } = trailOver(() => new Promise(() => undefined));
  trail.begin()(call(1));
  await trail.drain();
  expect(logged).toHaveLength(1);
});

test('calls that can never be appended are in the log, and do not delay others', async () => {
  const appended: string[] = [];
  const { trail, logged } = trailOver(async (stream) => {
    if (stream === 'audit-acme') throw new EventStoreError('stream_deleted', 'gone');
    appended.push(stream);
  });
  trail.begin()(call(1));
  trail.begin()(call(2, 'globex'));
  await eventually(() => expect(appended).toEqual(['audit-globex']));
  expect(logged).toHaveLength(1);
});
