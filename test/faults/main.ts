/**
 * Reports under faults: `npm run faults [-- --seed N --requests N --deadline SECONDS --faults N]`. Requests
 * reports from the whole system, as `npm start` runs it, while its programs and its supervisor are killed, its bus and its store are frozen,
 * messages are duplicated, reordered and deleted, its disk is full, its artifacts are unavailable and its clock is moved. Prints the counts; the
 * exit code is 1 when a promise was broken.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { eventually } from '@evidence/testkit';
import { faultsOf } from './run/faults.ts';
import { FollowedLog } from './run/followed-log.ts';
import { breachesOf, type Harm } from './run/judgement.ts';
import { load } from './run/load.ts';
import { Random } from './run/random.ts';
import { System } from './run/system.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    requests: { type: 'string', default: '1000' },
    deadline: { type: 'string', default: '900' },
    faults: { type: 'string' },
  },
});
const [seed, requests, deadlineSeconds] = [values.seed, values.requests, values.deadline].map(Number) as [
  number,
  number,
  number,
];
const faultsMax = Number(values.faults ?? Number.POSITIVE_INFINITY);
const startedMs = performance.now();
const say = (line: string): void =>
  console.log(`${((performance.now() - startedMs) / 1_000).toFixed(0).padStart(5)} s  ${line}`);

const counts = new Map<string, number>();
const count = (what: string, by = 1): void => void counts.set(what, (counts.get(what) ?? 0) + by);

say(`Seed ${seed}, ${requests} requests, deadline ${deadlineSeconds} s.`);
await using system = await System.open(deadlineSeconds, say);
if (!system.disk) say('This run never has a full disk, because only root on Linux may mount one to fill.');
await using log = new FollowedLog(await system.eventStoreUrl());
const random = new Random(seed);
const harms: Harm[] = [];

let loading = true;
const asking = load({ system, token: await system.token(), requests, underWay: () => log.underWay, count }).finally(
  () => {
    loading = false;
  },
);
/** Every kind once, or as many as requested, whatever the load; then more, for as long as the load lasts. */
async function harm(): Promise<void> {
  let done = 0;
  for (let round = 0; round === 0 || loading; round++) {
    for (const fault of random.shuffled(faultsOf(system))) {
      if (done === faultsMax || (round > 0 && !loading)) return;
      await pause(random.between(2_000, 8_000));
      const fromMs = performance.now();
      say(`${fault.name} (${log.reports.size} requested, ${log.underWay} in progress)`);
      count(`fault: ${fault.name}`);
      await fault.act({ system, random, count });
      await system.untilReady();
      harms.push({ fromMs, toMs: performance.now(), isOfClock: fault.name.startsWith('clock') });
      done += 1;
    }
  }
}
await harm();
const asked = await asking;
say('All reports are requested, and no fault is active any more. Waiting for the last reports to end.');
await eventually(
  async () => {
    if (log.reports.size < requests || log.underWay > 0) throw new Error(`${log.underWay} are in progress`);
  },
  { timeoutMs: deadlineSeconds * 1_000 + 120_000 },
).catch((error: Error) => say(error.message));

const breaches = await breachesOf({ system, asked, reports: log.reports, harms, deadlineSeconds });
for (const { ready, failed } of log.reports.values()) {
  if (ready) count('reports ready');
  if (failed) count(`reports failed: ${failed.stage} ${failed.code}`);
}
const check = await system.evidence('log', 'check');
const parked = await system.evidence('parked', '--json');
count('messages parked', parked.stdout.split('\n').filter(Boolean).length);
count('orphans', await system.stop());

const took = [...log.reports.values()].flatMap(({ requestedMs, endedMs }) =>
  endedMs === undefined ? [] : [endedMs - requestedMs],
);
const sorted = took.toSorted((one, other) => one - other);
const seconds = (at: number): number =>
  Number(((sorted[Math.floor((sorted.length - 1) * at)] ?? 0) / 1_000).toFixed(1));
const broken = Object.entries(breaches).filter(([, ids]) => ids.length > 0);
console.log(`\nCounted:`);
for (const [what, times] of [...counts].toSorted()) console.log(`  ${String(times).padStart(6)}  ${what}`);
console.log(`  log check: ${check.stderr.trim().split('\n').at(-1)}`);
console.log(`Promises:`);
for (const [promise, ids] of Object.entries(breaches))
  console.log(
    `  ${String(ids.length).padStart(6)}  ${promise}${ids.length > 0 ? `: ${ids.slice(0, 5).join(', ')}` : ''}`,
  );
const sound =
  broken.length === 0 &&
  !check.failed &&
  counts.get('orphans') === 0 &&
  (counts.get('supervisor lost to a full disk') ?? 0) === 0;
console.log(
  JSON.stringify({
    faults: {
      seed,
      requests,
      sound,
      seconds: Math.round((performance.now() - startedMs) / 1_000),
      medianSeconds: seconds(0.5),
      longestSeconds: seconds(1),
    },
  }),
);
process.exitCode = sound ? 0 : 1;
