import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, onTestFinished, test } from 'vitest';
import { startNats } from '../src/nats.js';
import type { TestServer } from '../src/server.js';

async function withClient<T>(
  nats: TestServer,
  use: (client: Awaited<ReturnType<typeof connect>>) => Promise<T>,
): Promise<T> {
  const client = await connect({ servers: nats.url });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

const storedMessages = (nats: TestServer) =>
  withClient(nats, async (client) => {
    const manager = await jetstreamManager(client);
    const streams = await manager.streams.list().next();
    return streams.map(({ state }) => state.messages);
  });

const storeOne = (nats: TestServer) =>
  withClient(nats, async (client) => {
    const manager = await jetstreamManager(client);
    await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    await jetstream(client).publish('kept.one', 'x');
  });

test('a message survives a stop and a crash, and is gone after a wipe', async () => {
  const nats = await startNats();
  onTestFinished(nats.dispose);
  await storeOne(nats);

  await nats.stop();
  await nats.start();
  expect(await storedMessages(nats)).toEqual([1]);

  await nats.kill();
  await nats.start();
  expect(await storedMessages(nats)).toEqual([1]);

  await nats.wipe();
  await nats.start();
  expect(await storedMessages(nats)).toEqual([]);
});

test('two servers run at the same time', async () => {
  const [one, other] = await Promise.all([startNats(), startNats()]);
  onTestFinished(one.dispose);
  onTestFinished(other.dispose);
  await storeOne(one);
  expect(await storedMessages(other)).toEqual([]);
});
