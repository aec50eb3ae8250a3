import { streamOf } from '@evidence/contracts';
import { openEventLog } from '@evidence/event-store/log';
import { createLogger } from '@evidence/runtime';
import { openStage } from '@evidence/stage';
import { eventually, startNats, startStore, tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { expiryConfig } from '../../src/shell/config.js';
import { expiryStage } from '../../src/shell/start.js';

test('the clock of the log is ticked at the start, even if nothing is due, so that a later change of the clock is noticed', async () => {
  const [nats, server, folder] = await Promise.all([startNats(), startStore(), tempFolder()]);
  const now = () => new Date();
  const store = openEventLog(server.url, now);
  const closers: (() => Promise<void> | void)[] = [];
  onTestFinished(async () => {
    for (const close of closers) await close();
    await store.close();
    await Promise.all([nats.dispose(), server.dispose(), folder.remove()]);
  });
  await openStage(expiryStage, {
    config: expiryConfig({ NATS_URL: nats.url, EVENT_STORE_URL: server.url, DATA_DIR: folder.path }),
    logger: createLogger('expiry', { level: 'silent' }),
    now,
    onShutdown: (closer) => closers.unshift(closer),
  });
  await eventually(async () => {
    const types = (await Array.fromAsync(store.readStream(streamOf.clock()))).map(({ type }) => type);
    expect(types).toEqual(['ClockTicked']);
  });
});
