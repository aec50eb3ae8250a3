import { execFileSync } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { type EventLog, openEventLog } from '@evidence/event-store/log';
import { eventually, type Instance, REPOSITORY, startInstance, startStack, type TestStack } from '@evidence/testkit';
import { garakRows } from './garak-rows.ts';
import { cpuSeconds } from './process-figures.ts';

const FINDINGS = Number(process.env.BENCH_FINDINGS ?? 4_000);
const REPORTS = Number(process.env.BENCH_REPORTS ?? 60);
/** Reports left out at the beginning and end of each half, when not all threads have work. */
const LEFT_OUT = 4;
const POLL_MS = 250;
const SETTLED_AFTER_MS = 1_500;
const timeoutMs = 120_000;

/**
 * How many reports per second one renderer makes, and how many two make, each with one thread on its own core. All reports are scoped and mapped
 * before, so that only rendering is measured. Bus, store and the other services have no core of their own, and run where there is room.
 */
async function bench(): Promise<object> {
  // One slot is always kept free for another tenant.
  const env = { REPORTS_AT_ONCE: `${REPORTS + 1}` };
  const renderer = join(import.meta.dirname, 'held-renderer.ts');
  await using stack = await startStack({ env, scripts: { renderer } });
  const store = openEventLog(stack.openStoreUrl, () => new Date());
  await using held = new AsyncDisposableStack();
  held.defer(() => store.close());

  writeFileSync(join(stack.dataDir, 'hold-renderer'), '');
  stack.kill('renderer');
  const empty = await settled(stack);
  placeFindings(stack);
  const scanned = await settled(stack);
  await askFor(stack, REPORTS);
  await eventually(async () => expectCount(await instantsOf(store, 'ReportMapped'), REPORTS), { timeoutMs });

  const one = held.use(await startInstance(stack, 'renderer', { cpu: 0 }));
  await working(one);
  const before = cpuOf(stack, { 'renderer 1': one });
  await untilReady(store, REPORTS / 2);
  const alone = { cpu: since(before, cpuOf(stack, { 'renderer 1': one })), untilMs: Date.now() };

  const two = held.use(await startInstance(stack, 'renderer', { cpu: 1 }));
  await working(two);
  const fromMs = Date.now();
  const both = { 'renderer 1': one, 'renderer 2': two };
  const beforeBoth = cpuOf(stack, both);
  await untilReady(store, REPORTS);
  const together = { cpu: since(beforeBoth, cpuOf(stack, both)) };

  const ready = (await instantsOf(store, 'ReportReady')).sort((a, b) => a - b);
  const first = rateOf(ready.slice(LEFT_OUT).filter((at) => at <= alone.untilMs));
  const second = rateOf(ready.slice(0, -LEFT_OUT).filter((at) => at >= fromMs));
  const ratio = second.perSecond / first.perSecond;
  const most = upperBound(together.cpu);
  console.log(`${REPORTS} PDFs of ${FINDINGS} findings, already mapped, on ${availableParallelism()} cores:`);
  console.log(
    `  one renderer   ${first.perSecond.toFixed(3)} reports per second (${first.reports} in ${first.seconds} s)`,
  );
  console.log(
    `  two renderers  ${second.perSecond.toFixed(3)} reports per second (${second.reports} in ${second.seconds} s)`,
  );
  console.log(
    `  ratio          ${ratio.toFixed(2)}; the other processes leave the two cores room for ${most.toFixed(2)}`,
  );
  console.log('  CPU, in % of one core:');
  for (const [when, { cpu }] of Object.entries({ 'one renderer': alone, 'two renderers': together }))
    console.log(`    ${when.padEnd(14)} ${loadIn(cpu)}`);
  const bytes = { finding: each(empty, scanned, FINDINGS), report: each(scanned, await settled(stack), REPORTS) };
  for (const [what, of] of Object.entries(bytes)) console.log(`  bytes of a ${what}: ${inWords(of, (one) => one)}`);
  const cpu = { one: alone.cpu, two: together.cpu };
  return {
    findings: FINDINGS,
    reports: REPORTS,
    one: first,
    two: second,
    ratio,
    upperBound: most,
    cpu,
    load: loadavg(),
  };
}

function placeFindings(stack: TestStack): void {
  const file = join(stack.dataDir, 'bench.report.jsonl');
  writeFileSync(file, garakRows(FINDINGS));
  const cli = join(REPOSITORY, 'packages', 'cli', 'dist', 'main.js');
  const place = ['--format', 'garak', '--tenant', 'acme', '--endpoint', 'ep_bench'];
  execFileSync(process.execPath, [cli, 'import', file, ...place], { env: stack.env, stdio: 'ignore' });
}

async function askFor(stack: TestStack, count: number): Promise<void> {
  const body = JSON.stringify({
    title: 'Bench',
    frameworks: ['OWASP_LLM', 'NIST_AI_600_1', 'EU_AI_ACT'],
    scope: { endpoint_ids: ['ep_bench'] },
    format: 'pdf',
  });
  const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json' };
  for (let n = 0; n < count; n++) {
    const response = await fetch(`${stack.url}/api/v2/reports`, { method: 'POST', headers, body });
    if (response.status !== 202) throw new Error(await response.text());
  }
}

/** The times of these events, in milliseconds since 1970, by the clock of this machine. */
async function instantsOf(store: EventLog, type: 'ReportMapped' | 'ReportReady'): Promise<number[]> {
  const events = await Array.fromAsync(store.readAll({ filter: { types: [type] } }));
  return events.map(({ metadata }) => Date.parse(metadata.occurredAt));
}

function expectCount(found: readonly unknown[], count: number): void {
  if (found.length < count) throw new Error(`${found.length} of ${count}`);
}

async function untilReady(store: EventLog, count: number): Promise<void> {
  while ((await instantsOf(store, 'ReportReady')).length < count) await pause(POLL_MS);
}

/** Resolves when the instance has made its first report. */
const working = ({ healthUrl }: Instance): Promise<void> =>
  eventually(
    async () => {
      const text = await (await fetch(`${healthUrl}/metrics`)).text();
      if (!/evidence_deliveries_total\{outcome="handled"\} [1-9]/.test(text)) throw new Error('no report yet');
    },
    { timeoutMs },
  );

function rateOf(instants: readonly number[]) {
  const [from = 0, to = 0] = [instants[0], instants.at(-1)];
  const seconds = (to - from) / 1_000;
  return { reports: instants.length - 1, seconds, perSecond: (instants.length - 1) / seconds };
}

/** CPU seconds of each process so far, and the time. */
interface Cpu {
  readonly atMs: number;
  readonly seconds: Readonly<Record<string, number>>;
}

function cpuOf(stack: TestStack, renderers: Readonly<Record<string, Instance>>): Cpu {
  const pids = [...stack.pids(), ...Object.entries(renderers).map(([name, { pid }]) => [name, pid] as const)];
  const ours = process.cpuUsage();
  const seconds = pids.filter(([name]) => name !== 'renderer').map(([name, pid]) => [name, cpuSeconds(pid)] as const);
  return {
    atMs: Date.now(),
    seconds: { ...Object.fromEntries(seconds), 'this bench': (ours.user + ours.system) / 1e6 },
  };
}

/** Cores in use by each process, on average. */
function since(before: Cpu, after: Cpu): Readonly<Record<string, number>> {
  const elapsedS = (after.atMs - before.atMs) / 1_000;
  const used = Object.entries(after.seconds).map(([name, s]) => [name, (s - (before.seconds[name] ?? 0)) / elapsedS]);
  return Object.fromEntries(used);
}

/**
 * The reports that two cores could make if they only rendered and did what the other processes need for each report, relative to what one renderer
 * made.
 */
function upperBound(cpu: Readonly<Record<string, number>>): number {
  const rendering = (cpu['renderer 1'] ?? 0) + (cpu['renderer 2'] ?? 0);
  const all = Object.values(cpu).reduce((sum, one) => sum + one, 0);
  return (2 * rendering) / all;
}

type Figures = Readonly<Record<string, number>>;

const inWords = (figures: Figures, shown: (one: number) => number): string =>
  Object.entries(figures)
    .map(([name, figure]) => `${name} ${shown(figure).toFixed(0)}`)
    .join(', ');

const loadIn = (cpu: Figures): string => inWords(cpu, (cores) => cores * 100);

/** The size of the data folder once the views are up to date. */
async function settled(stack: TestStack): Promise<Figures> {
  for (let before = bytesIn(stack); ; ) {
    await pause(SETTLED_AFTER_MS);
    const after = bytesIn(stack);
    if (Object.entries(after).every(([name, bytes]) => bytes === before[name])) return after;
    before = after;
  }
}

/** The bytes in the data folder, by purpose. */
function bytesIn({ dataDir }: TestStack): Figures {
  const at = (...names: string[]) => join(dataDir, ...names);
  return {
    log: bytesOfFile(at('events', 'events.sqlite')),
    'views of gateway': bytesOfFolder(at('views', 'gateway')),
    'views of scoping': bytesOfFolder(at('views', 'scoping')),
    'views of expiry': bytesOfFolder(at('views', 'expiry')),
    artifacts: bytesOfFolder(at('artifacts')),
    bus: bytesOfFolder(at('nats')),
  };
}

function bytesOfFolder(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/-(wal|shm)$|\.lock$/.test(entry.name))
    .reduce((sum, { parentPath, name }) => sum + bytesOfFile(join(parentPath, name)), 0);
}

/** The pages in use of a database, including those that are still in its write-ahead log. */
function bytesOfFile(file: string): number {
  if (!file.endsWith('.sqlite')) return statSync(file).size;
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const pages = 'select (page_count - freelist_count) * page_size as bytes';
    return Number(db.prepare(`${pages} from pragma_page_count, pragma_freelist_count, pragma_page_size`).get()?.bytes);
  } finally {
    db.close();
  }
}

const each = (before: Figures, after: Figures, count: number): Figures =>
  Object.fromEntries(Object.entries(after).map(([name, bytes]) => [name, (bytes - (before[name] ?? 0)) / count]));

console.log(JSON.stringify({ bench: 'scale-out', ...(await bench()) }));
