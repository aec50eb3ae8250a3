import { envelop, streamOf } from '@evidence/contracts';
import { exampleMetadata } from '@evidence/contracts/examples';
import { derivedEventId } from '@evidence/event-store';
import { eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { parkingOf } from '@evidence/stage';
import { expect, it, onTestFinished } from 'vitest';

const NOON = new Date('2026-11-30T12:00:00Z');
const now = () => NOON;
const PARKING = streamOf.parking('mapping');
const { eventId: _, schema: __, ...provenance } = exampleMetadata();

function openLog() {
  const log = eventLogOver(openSqliteEventStore({ file: ':memory:', now }));
  onTestFinished(() => log.close());
  return log;
}

const message = (n: number) => {
  const subject = 'evidence.v1.acme.report.unreadable';
  return { subject, body: Buffer.from(`{${n}`), streamSequence: n + 1, deliveries: 1, firstSeenAt: NOON };
};
const cause = Object.assign(new Error('It is not JSON.'), { code: 'message_unreadable' });

async function parkedIn(log: ReturnType<typeof openLog>) {
  const ids: string[] = [];
  for await (const event of log.readStream(PARKING)) if (event.type === 'MessageParked') ids.push(event.id);
  return ids;
}

/** Appends what an operator's replay of the parked message writes to the log. */
async function replay(log: ReturnType<typeof openLog>, parkedId: string) {
  const data = { parkedId, service: 'mapping', replayedAt: NOON.toISOString(), replayedBy: 'operator:ada' } as const;
  const id = derivedEventId(parkedId, 'ParkedMessageReplayed');
  const actor = 'operator:ada';
  await log.append(PARKING, 'any', [envelop(id, { type: 'ParkedMessageReplayed', data }, { ...provenance, actor })]);
}

it('parks a message once across all instances of a service', async () => {
  const log = openLog();
  const [one, other] = [
    parkingOf({ store: log, service: 'mapping', now }),
    parkingOf({ store: log, service: 'mapping', now }),
  ];
  await one(message(0), cause);
  await other(message(0), cause);
  await Promise.all([
    one(message(1), cause),
    other(message(1), cause),
    one(message(2), cause),
    other(message(3), cause),
  ]);
  await Promise.all([0, 1, 2, 3].flatMap((n) => [one(message(n), cause), other(message(n), cause)]));
  const parked = await parkedIn(log);
  expect(parked).toHaveLength(4);
  expect(new Set(parked).size).toBe(4);
});

it('parks a message again when it fails after an operator has replayed it', async () => {
  const log = openLog();
  const park = parkingOf({ store: log, service: 'mapping', now });
  await park(message(0), cause);
  const [first = ''] = await parkedIn(log);
  await replay(log, first);
  await park(message(0), cause);
  await park(message(0), cause);
  const parked = await parkedIn(log);
  expect(parked).toHaveLength(2);
  expect(new Set(parked).size).toBe(2);
});

it('reads the parking stream once, not for every message', async () => {
  const log = openLog();
  let reads = 0;
  const counting = {
    ...log,
    readStream: (...args: Parameters<typeof log.readStream>) => {
      if (args[0] === PARKING) reads += 1;
      return log.readStream(...args);
    },
  };
  const park = parkingOf({ store: counting, service: 'mapping', now });
  for (let n = 0; n < 50; n++) await park(message(n), cause);
  expect(reads).toBe(1);
});
