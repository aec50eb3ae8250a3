import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { newToken } from '@evidence/access';
import { envelop, streamOf } from '@evidence/contracts';
import { openEventLog } from '@evidence/event-store/log';
import { eventually, freePort, REPOSITORY, startNats, startStore, tempFolder } from '@evidence/testkit';
// autocannon is the Node load generator with the lowest cost per request. On two cores, the client must not be the bottleneck.
import autocannon from 'autocannon';

const CONNECTIONS = 64;
const WARM_UP_S = 2;
/** The servers take turns, so that other load on the machine affects both alike. */
const ROUNDS = 6;
const ROUND_S = 2;

const REQUEST = {
  title: 'Bench',
  frameworks: ['OWASP_LLM', 'NIST_AI_600_1', 'EU_AI_ACT'],
  scope: { endpoint_ids: ['ep_support_chat'], from: '2026-01-01', to: '2026-12-31' },
  format: 'json',
};

interface Server extends AsyncDisposable {
  readonly url: string;
}

/** One of our programs in its own process, once it responds. */
async function startServer(file: string, env: NodeJS.ProcessEnv): Promise<Server> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(REPOSITORY, file)], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  await eventually(() => fetch(url));
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function mintIn(eventStoreUrl: string): Promise<string> {
  const store = openEventLog(eventStoreUrl, () => new Date());
  const { token, tokenId, sha256 } = newToken(randomBytes);
  const now = new Date().toISOString();
  const scopes = ['reports:read', 'reports:generate'];
  const data = { tokenId, tenant: 'acme', name: 'bench', sha256, scopes, mintedAt: now };
  const about = {
    tenant: 'acme',
    correlationId: tokenId,
    causationId: tokenId,
    occurredAt: now,
    actor: 'operator:bench',
  };
  await store.append(streamOf.token(tokenId), 'any', [envelop(randomUUID(), { type: 'ApiTokenMinted', data }, about)]);
  await store.close();
  return token;
}

interface Figures {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Responses other than 2xx, and missing ones. */
  readonly failed: number;
}

type Load = autocannon.Options;

function loadOf(url: string, token: string, body?: string): Load {
  const authorization = `Bearer ${token}`;
  const common = { url, connections: CONNECTIONS };
  if (body === undefined) return { ...common, method: 'GET', headers: { authorization } };
  return { ...common, method: 'POST', body, headers: { authorization, 'content-type': 'application/json' } };
}

async function burst(load: Load, duration: number): Promise<Figures> {
  const { requests, latency, non2xx, errors } = await autocannon({ ...load, duration });
  return { perSecond: requests.average, p99Ms: latency.p99, failed: non2xx + errors };
}

/** Medians of the rounds, bare and gateway in turn; `ratio` is the median of the ratios of each round. */
async function compare(bare: Load, gateway: Load) {
  for (const load of [bare, gateway]) await burst(load, WARM_UP_S);
  const rounds: { readonly bare: Figures; readonly gateway: Figures }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ bare: await burst(bare, ROUND_S), gateway: await burst(gateway, ROUND_S) });
  }
  const median = (of: (round: (typeof rounds)[number]) => number) =>
    rounds.map(of).toSorted((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? 0;
  const figuresOf = (server: 'bare' | 'gateway'): Figures => ({
    perSecond: median((round) => round[server].perSecond),
    p99Ms: median((round) => round[server].p99Ms),
    failed: rounds.reduce((sum, round) => sum + round[server].failed, 0),
  });
  const ratio = median((round) => round.gateway.perSecond / round.bare.perSecond);
  return { bare: figuresOf('bare'), gateway: figuresOf('gateway'), ratio };
}

/** Requests per second of the gateway relative to a bare Fastify route with the same authentication, alternating in one run. */
async function bench(): Promise<object> {
  await using nats = await startNats();
  await using store = await startStore();
  await using folder = await tempFolder();
  const token = await mintIn(store.url);
  await using gateway = await startServer('services/gateway/dist/main.js', {
    NATS_URL: nats.url,
    EVENT_STORE_URL: store.url,
    DATA_DIR: folder.path,
    RATE_LIMIT_PER_MINUTE: '0',
    RATE_LIMIT_REPORTS_PER_MINUTE: '0',
    RATE_LIMIT_TENANT_PER_MINUTE: '0',
    // Nothing makes the reports, so the queue must have room for all of them. The defaults refuse the 226th and the 1,001st.
    REPORT_DEADLINE_SECONDS: '86400',
    QUOTA_QUEUED_REPORTS: '0',
  });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify(REQUEST);
  const { id } = await eventually(async () => {
    const answer = await fetch(`${gateway.url}/api/v2/reports`, { method: 'POST', headers, body });
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { id: string };
  });
  const path = `/api/v2/reports/${id}`;
  const report = await (await fetch(`${gateway.url}${path}`, { headers })).text();
  await using bare = await startServer('test/bench/bare-route.ts', { TOKEN: token, ANSWER: report });

  const get = await compare(loadOf(bare.url + path, token), loadOf(gateway.url + path, token));
  const post = await compare(
    loadOf(`${bare.url}/api/v2/reports`, token, body),
    loadOf(`${gateway.url}/api/v2/reports`, token, body),
  );
  const line = ({ perSecond, p99Ms, failed }: Figures) =>
    `${perSecond.toFixed(0)}/s, p99 ${p99Ms.toFixed(0)} ms${failed > 0 ? `, ${failed} failed` : ''}`;
  console.log(`${CONNECTIONS} connections, ${ROUNDS} rounds of ${ROUND_S} s each, medians, no rate limits:`);
  for (const [method, { bare, gateway, ratio }] of Object.entries({ GET: get, POST: post })) {
    console.log(`  ${method}  gateway ${line(gateway)}; bare route ${line(bare)}; ${ratio.toFixed(3)} × bare`);
  }
  return { get, post, getOverBare: get.ratio, postOverBare: post.ratio };
}

console.log(JSON.stringify({ bench: 'gateway', ...(await bench()) }));
