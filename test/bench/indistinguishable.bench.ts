import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY, startStack } from '@evidence/testkit';

const ROUNDS = 3_000;
const WARM_UP_ROUNDS = 300;
/** Calls of each kind, in turn. */
const IDS = 20;
const REQUEST = {
  title: 'Not yours',
  frameworks: ['OWASP_LLM', 'NIST_AI_600_1', 'EU_AI_ACT'],
  scope: { endpoint_ids: ['ep_1'], from: '2026-01-01', to: '2026-12-31' },
  format: 'json',
};

/**
 * Whether the time of a 404 distinguishes another tenant's report from one that never existed: medians of calls in random order, as a ratio,
 * compared with the ratio of two sets of ids that never existed, which is the noise of the run.
 */
async function bench(): Promise<object> {
  await using stack = await startStack({ env: { RATE_LIMIT_PER_MINUTE: '0', RATE_LIMIT_REPORTS_PER_MINUTE: '0' } });
  const cli = join(REPOSITORY, 'packages', 'cli', 'dist', 'main.js');
  const mint = ['tokens', 'mint', '--tenant', 'globex', '--name', 'bench', '--print-token-only', '--scopes'];
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...mint, 'reports:generate'], {
    env: stack.env,
  });
  const reports = `${stack.url}/api/v2/reports`;
  const ask = async () => {
    const response = await fetch(reports, {
      method: 'POST',
      headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
      body: JSON.stringify(REQUEST),
    });
    return ((await response.json()) as { id: string }).id;
  };
  const foreign: string[] = [];
  while (foreign.length < IDS) foreign.push(await ask());
  // Ids of the same length and alphabet, requested as often. They differ only in that they never existed.
  const never = () =>
    foreign.map((id) => id.slice(0, -13) + randomBytes(8).readBigUInt64BE().toString(32).padStart(13, '0'));

  const headers = { authorization: `Bearer ${stack.token}` };
  const timeOf = async (id: string) => {
    const startedAt = performance.now();
    const answer = await fetch(`${reports}/${id}`, { headers });
    await answer.arrayBuffer();
    if (answer.status !== 404) throw new Error(`${id} returned ${answer.status}`);
    return performance.now() - startedAt;
  };
  const kinds = { foreign, never: never(), 'never again': never() };
  const times = { foreign: [] as number[], never: [] as number[], 'never again': [] as number[] };
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    for (const kind of shuffled(Object.keys(kinds) as (keyof typeof kinds)[])) {
      const ms = await timeOf(kinds[kind][round % IDS] ?? '');
      if (round >= WARM_UP_ROUNDS) times[kind].push(ms);
    }
  }
  const [foreignMs, neverMs, againMs] = [median(times.foreign), median(times.never), median(times['never again'])];
  console.log(
    `404 for another tenant's report and for one that never existed, medians of ${ROUNDS} calls each, in random order:`,
  );
  console.log(
    `  another tenant's ${foreignMs.toFixed(3)} ms, never existed ${neverMs.toFixed(3)} ms: ${(foreignMs / neverMs).toFixed(3)} ×`,
  );
  console.log(`  noise (two sets that never existed): ${(againMs / neverMs).toFixed(3)} ×`);
  return { foreignOverNever: foreignMs / neverMs, noise: againMs / neverMs, medianMs: neverMs };
}

/** A random order, so that drift of the machine averages out. */
const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, key: randomBytes(4).readUInt32BE() }))
    .toSorted((one, other) => one.key - other.key)
    .map(({ item }) => item);

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

console.log(JSON.stringify({ bench: 'indistinguishable', ...(await bench()) }));
