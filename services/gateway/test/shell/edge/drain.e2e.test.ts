import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, REPOSITORY } from '@evidence/testkit';
import { expect, test } from 'vitest';
import { GatewayUnderTest } from '../../gateway-under-test.js';

const SCAN = join(REPOSITORY, 'deploy', 'local', 'samples', 'support-chat.report.jsonl');

test('calls in progress at the start of the drain are completed; later calls are not accepted', async () => {
  const gateway = await GatewayUnderTest.open();
  const { url } = gateway;
  const file = await readFile(SCAN);
  const begun = Promise.withResolvers<void>();
  const rest = Promise.withResolvers<void>();
  const halves = [file.subarray(0, 1000), file.subarray(1000)];
  const body = new ReadableStream({
    async pull(controller) {
      if (halves.length === 1) {
        begun.resolve();
        await rest.promise;
      }
      const half = halves.shift();
      if (half) controller.enqueue(half);
      else controller.close();
    },
  });
  const path = '/api/v2/findings/import?format=garak&endpoint_id=ep_1';
  const importing = gateway.call(path, { method: 'POST', body });
  await begun.promise;
  await gateway.call('/healthz');
  const stopped = gateway.stop();
  const another = () => fetch(`${url}/healthz`, { headers: { connection: 'close' } });
  await eventually(() => expect(another()).rejects.toThrow());
  rest.resolve();
  expect((await importing).status).toBe(200);
  await stopped;
});
