import { startNatsWithUsers } from '@evidence/testkit';
import { JetStreamApiError } from '@nats-io/jetstream';
import { errors, headers } from '@nats-io/transport-node';
import { expect, it, onTestFinished } from 'vitest';
import { connectNats } from '../src/connection.js';
import { PubAcks } from '../src/pub-acks.js';
import { ensureReportsStream } from '../src/stream.js';
import { subjectOf } from '../src/subjects.js';
import { reportIdOf, TENANT, World } from './world.js';

const subject = subjectOf('ReportReady', TENANT, reportIdOf(1));

const withId = (id: string) => {
  const all = headers();
  all.set('Nats-Msg-Id', id);
  return all;
};

async function open() {
  const world = await World.open();
  const nc = await world.connect();
  return { world, nc, acks: new PubAcks(nc) };
}

it('resolves each publication with its own acknowledgement, and says which were duplicates', async () => {
  const { nc, acks } = await open();
  await ensureReportsStream(nc);
  const published = ['a', 'b', 'a', 'c'].map((id) => acks.publish(subject, id, withId(id)));
  expect((await Promise.all(published)).map(({ seq, duplicate }) => [seq, duplicate ?? false])).toEqual([
    [1, false],
    [2, false],
    [1, true],
    [3, false],
  ]);
});

it('rejects what no stream takes, and what the stream refuses', async () => {
  const { nc, acks } = await open();
  await expect(acks.publish(subject, '{}', headers())).rejects.toThrow(errors.NoRespondersError);
  await ensureReportsStream(nc);
  await expect(acks.publish(subject, 'x'.repeat(600 * 1024), headers())).rejects.toThrow(JetStreamApiError);
  expect(await acks.publish(subject, '{}', headers())).toMatchObject({ seq: 1 });
});

it('rejects a publication that the server does not answer in time', async () => {
  const { world, nc, acks } = await open();
  await ensureReportsStream(nc);
  const { pid = 0 } = world.nats;
  process.kill(pid, 'SIGSTOP');
  try {
    // The server may answer some before it has stopped.
    const publishAll = async () => {
      for (;;) await acks.publish(subject, '{}', headers());
    };
    await expect(publishAll()).rejects.toThrow(errors.TimeoutError);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

it('rejects at once what this user may not publish', async () => {
  const { nats, users } = await startNatsWithUsers();
  onTestFinished(nats.dispose);
  const access = { nkeyFile: users.seedFile('mapping') };
  const nc = await connectNats({ servers: [nats.url], name: 'mapping', access });
  onTestFinished(() => nc.close());
  await expect(new PubAcks(nc).publish(subject, '{}', headers())).rejects.toThrow(errors.PermissionViolationError);
});
