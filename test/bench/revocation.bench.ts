import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { newToken } from '@evidence/access';
import { type EventOf, envelop, streamOf } from '@evidence/contracts';
import { openEventLog } from '@evidence/event-store/log';
import { eventually, freePort, REPOSITORY, startStack } from '@evidence/testkit';

const ROUNDS = 50;

/** The time from the append of a revocation until two gateway processes refuse the token, with requests sent without a pause. */
async function bench(): Promise<object> {
  await using stack = await startStack({ env: { RATE_LIMIT_PER_MINUTE: '0' } });
  const port = await freePort();
  const env = { ...stack.serviceEnv('gateway'), PORT: `${port}` };
  const gateway = join(REPOSITORY, 'services', 'gateway', 'dist', 'main.js');
  const second = spawn(process.execPath, [gateway], { env, stdio: 'ignore' });
  const store = openEventLog(stack.openStoreUrl, () => new Date());
  const urls = [stack.url, `http://127.0.0.1:${port}`];
  const statusAt = async (url: string, token: string) => {
    const answer = await fetch(`${url}/api/v2/frameworks`, { headers: { authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    return answer.status;
  };
  const until = async (url: string, token: string, status: number) => {
    while ((await statusAt(url, token)) !== status);
    return performance.now();
  };
  const append = (tokenId: string, event: EventOf<'ApiTokenMinted' | 'ApiTokenRevoked'>) => {
    const stream = streamOf.token(tokenId);
    const occurredAt = new Date().toISOString();
    const about = { tenant: 'acme', correlationId: tokenId, causationId: tokenId, occurredAt, actor: 'operator:bench' };
    return store.append(stream, 'any', [envelop(randomUUID(), event, about)]);
  };
  try {
    await eventually(() => statusAt(urls[1] ?? '', stack.token));
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { token, tokenId, sha256 } = newToken(randomBytes);
      const mintedAt = new Date().toISOString();
      const data = { tokenId, tenant: 'acme', name: 'bench', sha256, scopes: ['reports:read'], mintedAt };
      await append(tokenId, { type: 'ApiTokenMinted', data });
      await Promise.all(urls.map((url) => until(url, token, 200)));
      await append(tokenId, { type: 'ApiTokenRevoked', data: { tokenId, revokedAt: new Date().toISOString() } });
      const revokedAt = performance.now();
      const refusedAt = await Promise.all(urls.map((url) => until(url, token, 401)));
      times.push(...refusedAt.map((at) => at - revokedAt));
    }
    const sorted = times.toSorted((a, b) => a - b);
    const medianMs = sorted[Math.floor(sorted.length / 2)] ?? 0;
    const maxMs = sorted.at(-1) ?? 0;
    console.log(`A revoked token is refused by two gateways, ${ROUNDS} revocations, requests without a pause:`);
    console.log(`  after ${medianMs.toFixed(1)} ms (median), ${maxMs.toFixed(1)} ms (longest)`);
    return { medianMs, maxMs };
  } finally {
    await store.close();
    second.kill();
    await once(second, 'exit');
  }
}

console.log(JSON.stringify({ bench: 'revocation', ...(await bench()) }));
