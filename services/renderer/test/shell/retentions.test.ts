import { randomUUID } from 'node:crypto';
import { envelop, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import type { Position } from '@evidence/event-store';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Retentions } from '../../src/shell/retentions.js';

const DEFAULT = { seconds: 60, basis: 'installation_default' };
let store: EventLog;
let reads: number;
let isDown: boolean;
let retentions: Retentions;

beforeEach(() => {
  store = eventLogOver(openSqliteEventStore({ file: ':memory:', now: () => new Date('2026-11-30T12:00:00Z') }));
  onTestFinished(() => store.close());
  [reads, isDown] = [0, false];
  const counted: EventLog = {
    ...store,
    readStream(...args) {
      reads += 1;
      if (isDown) throw new Error('the store is down');
      return store.readStream(...args);
    },
  };
  retentions = new Retentions(counted, DEFAULT.seconds);
});

async function setPolicy(retentionSeconds: number): Promise<Position> {
  const { schema: _, eventId: __, ...provenance } = exampleMetadata();
  const data = { ...exampleOf('RetentionPolicySet'), retentionSeconds };
  const { position } = await store.append(streamOf.tenant('acme'), 'any', [
    envelop(randomUUID(), { type: 'RetentionPolicySet', data }, provenance),
  ]);
  return position;
}

test('one read serves the reports that were requested before it, and a policy that was set before a request counts', async () => {
  expect(await retentions.of('acme', 3n, 10n)).toEqual(DEFAULT);
  await setPolicy(3_600);
  expect(await retentions.of('acme', 10n, 12n)).toEqual(DEFAULT);
  expect(reads).toBe(1);
  expect(await retentions.of('acme', 11n, 13n)).toMatchObject({ seconds: 3_600 });
  expect(await retentions.of('acme', 13n, 14n)).toMatchObject({ seconds: 3_600 });
  expect(reads).toBe(2);
});

test('each tenant has its own', async () => {
  await setPolicy(3_600);
  expect(await retentions.of('acme', 3n, 10n)).toMatchObject({ seconds: 3_600 });
  expect(await retentions.of('globex', 3n, 10n)).toEqual(DEFAULT);
});

test('a read that failed is made again', async () => {
  isDown = true;
  await expect(retentions.of('acme', 3n, 10n)).rejects.toThrow('down');
  isDown = false;
  expect(await retentions.of('acme', 3n, 10n)).toEqual(DEFAULT);
});
