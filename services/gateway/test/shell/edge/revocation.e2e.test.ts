import { openEventLog } from '@evidence/event-store/log';
import { eventually, startStore, tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { PROCESS_TEST_TIMEOUT_MS, runningGateway } from '../../gateway-process.js';
import { mintIn, revokeIn } from '../../seeding.js';

test(
  'a revocation is in force in every gateway process that shares the store and the data folder',
  async () => {
    const storeServer = await startStore();
    onTestFinished(storeServer.dispose);
    const store = openEventLog(storeServer.url, () => new Date());
    onTestFinished(() => store.close());
    const folder = await tempFolder();
    const gateways = await Promise.all(
      ['one', 'two'].map(() => runningGateway({ EVENT_STORE_URL: storeServer.url }, folder)),
    );
    const { token, tokenId } = await mintIn(store, ['reports:read']);
    const kept = await mintIn(store, ['reports:read']);
    const statuses = (bearer: string) =>
      Promise.all(
        gateways.map(async ({ url }) => {
          const headers = { authorization: `Bearer ${bearer}` };
          return (await fetch(`${url}/api/v2/reports`, { headers })).status;
        }),
      );
    await eventually(async () => expect(await statuses(token)).toEqual([200, 200]));
    await revokeIn(store, tokenId);
    await eventually(async () => expect(await statuses(token)).toEqual([401, 401]));
    expect(await statuses(kept.token)).toEqual([200, 200]);
  },
  PROCESS_TEST_TIMEOUT_MS,
);
