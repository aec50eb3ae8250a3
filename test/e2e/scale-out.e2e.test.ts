import { randomBytes, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newToken } from '@evidence/access';
import { connectNats, REPORTS_STREAM } from '@evidence/bus';
import { UsersFolder } from '@evidence/bus/users';
import { envelop, reportEventTypes, streamOf } from '@evidence/contracts';
import { type EventLog, type LogEvent, openEventLog } from '@evidence/event-store/log';
import { eventually, freePort, type Instance, startInstance, startStack, type TestStack } from '@evidence/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, onTestFinished, test } from 'vitest';

const WORKERS = ['scoping', 'mapping', 'renderer', 'expiry'] as const;
const SERVICES = ['gateway', ...WORKERS] as const;
const TENANTS = ['acme', 'globex', 'initech'];
const REPORTS = 30;
/** Are under way when an instance of each service is killed. */
const LATE = 12;
const RETENTION_SECONDS = 3;
/** Of a machine on which other tests run. */
const timeoutMs = 180_000;

const request = {
  title: 'Made by two',
  frameworks: ['OWASP_LLM', 'EU_AI_ACT'],
  scope: { from: '2026-01-01', to: '2026-12-31' },
  format: 'pdf',
};

async function mint(store: EventLog, tenant: string): Promise<string> {
  const { token, tokenId, sha256 } = newToken(randomBytes);
  const at = new Date().toISOString();
  const scopes: string[] = ['reports:generate', 'reports:read'];
  const data = { tokenId, tenant, name: 'scale', sha256, scopes, mintedAt: at };
  const about = { tenant, correlationId: tokenId, causationId: tokenId, occurredAt: at, actor: 'operator:test' };
  await store.append(streamOf.token(tokenId), 'any', [envelop(randomUUID(), { type: 'ApiTokenMinted', data }, about)]);
  return token;
}

/** The same call at both gateways at the same time, under one idempotency key: answers the report's id. */
async function ask(urls: readonly string[], token: string): Promise<string> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  };
  const call = async (url: string) => {
    const response = await fetch(`${url}/api/v2/reports`, { method: 'POST', headers, body: JSON.stringify(request) });
    expect(response.status).toBe(202);
    return ((await response.json()) as { id: string }).id;
  };
  const [id = '', ...others] = await eventually(() => Promise.all(urls.map(call)), { timeoutMs });
  for (const other of others) expect(other).toBe(id);
  return id;
}

/** How many messages the instance has handled so far. */
async function handled(healthUrl: string): Promise<number> {
  const text = await (await fetch(`${healthUrl}/metrics`)).text();
  return Number(/^evidence_deliveries_total\{outcome="handled"\} (\d+)/m.exec(text)?.[1] ?? 0);
}

async function eventsOfReports(store: EventLog): Promise<LogEvent[]> {
  return Array.fromAsync(store.readAll({ filter: { types: reportEventTypes } }));
}

/** The ids of the messages in the stream, by type. */
async function published(stack: TestStack, type: string): Promise<string[]> {
  const access = { nkeyFile: new UsersFolder(stack.dataDir).seedFile('operator') };
  const nc = await connectNats({ servers: [stack.natsUrl], name: 'evidence', access });
  try {
    const jsm = await jetstreamManager(nc);
    const { state } = await jsm.streams.info(REPORTS_STREAM);
    const ids: string[] = [];
    for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
      const message = await jsm.streams.getMessage(REPORTS_STREAM, { seq });
      if (message?.subject.endsWith(`.${type}`)) ids.push(message.json<{ id: string }>().id);
    }
    return ids;
  } finally {
    await nc.close();
  }
}

test('two instances of each service share the work; one of each is killed, and every report is ready once and expires once', async () => {
  // Five in a row, none of which the stack takes for something else.
  const [healthPort = 0] = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort()];
  const stack = await startStack({
    samples: true,
    env: { RETENTION_SECONDS: `${RETENTION_SECONDS}`, HEALTH_PORT: `${healthPort}`, REPORTS_AT_ONCE: '8' },
  });
  onTestFinished(stack.dispose);
  const store = openEventLog(stack.openStoreUrl, () => new Date());
  onTestFinished(() => store.close());
  expect(await published(stack, 'ready')).toEqual([]);
  const seconds = new Map<string, Instance>();
  for (const name of SERVICES) {
    const second = await startInstance(stack, name);
    seconds.set(name, second);
    onTestFinished(() => second[Symbol.asyncDispose]());
  }
  const second = (name: string) => seconds.get(name) as Instance;
  const firstHealth = (name: (typeof SERVICES)[number]) => `http://127.0.0.1:${healthPort + SERVICES.indexOf(name)}`;
  for (const name of SERVICES)
    await eventually(async () => expect((await fetch(`${second(name).healthUrl}/readyz`)).status, name).toBe(200), {
      timeoutMs,
    });
  // Each has its own views, and nobody who came second has ended for want of them.
  expect(await readdir(join(stack.dataDir, 'views'))).toEqual(
    expect.arrayContaining(['gateway', 'gateway-2', 'scoping', 'scoping-2', 'expiry', 'expiry-2']),
  );

  const tokens = await Promise.all(TENANTS.map((tenant) => mint(store, tenant)));
  const askFor = async (count: number, urls: readonly string[]) =>
    Promise.all(Array.from({ length: count }, (_, n) => ask(urls, tokens[n % TENANTS.length] ?? '')));
  const ids = await askFor(REPORTS - LATE, [stack.url, second('gateway').url]);
  const readyNow = async () => new Set(typed(await eventsOfReports(store), 'ReportReady').map(reportIdOf)).size;
  await eventually(async () => expect(await readyNow()).toBeGreaterThanOrEqual(4), { timeoutMs });
  for (const name of WORKERS)
    await eventually(
      async () =>
        expect([await handled(firstHealth(name)), await handled(second(name).healthUrl)], name).toEqual([
          expect.toSatisfy((count: number) => count > 0),
          expect.toSatisfy((count: number) => count > 0),
        ]),
      { timeoutMs },
    );

  ids.push(...(await askFor(LATE, [stack.url, second('gateway').url])));
  // In the middle: of some the one that is started again dies, of some the one that is not.
  for (const name of ['gateway', 'mapping', 'expiry'] as const) stack.kill(name);
  await Promise.all(['scoping', 'renderer'].map((name) => second(name).kill()));
  expect(await readyNow()).toBeLessThan(REPORTS);

  const types = ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady', 'ReportExpired'];
  await eventually(async () => expect(typed(await eventsOfReports(store), 'ReportExpired')).toHaveLength(REPORTS), {
    timeoutMs,
  });
  const events = (await eventsOfReports(store)).filter(({ type }) => type !== 'ReportDownloaded');
  expect(new Set(ids).size).toBe(REPORTS);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  for (const id of ids) {
    const own = events.filter((event) => reportIdOf(event) === id).map(({ type }) => type);
    expect(own, id).toEqual(types);
  }
  expect(events).toHaveLength(REPORTS * types.length);

  for (const type of ['ready', 'expired'])
    await eventually(
      async () => {
        const messages = await published(stack, type);
        expect([type, messages.length, new Set(messages).size]).toEqual([type, REPORTS, REPORTS]);
      },
      { timeoutMs: 60_000 },
    );
}, 600_000);

const typed = (events: readonly LogEvent[], type: LogEvent['type']) => events.filter((event) => event.type === type);

const reportIdOf = (event: LogEvent): string => (event.data as { reportId: string }).reportId;
