import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { consumingServices } from '@evidence/bus';
import { type Program, scriptsOf, startProgram } from '@evidence/local';
import { eventually, freePort, REPOSITORY, startNats, startStore, tempFolder } from '@evidence/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';

const DRAIN_DEADLINE_MS = 10_000;

/** Starts a worker with its main.ts in its own process, with health and metrics on a free port. */
async function start(service: (typeof consumingServices)[number]) {
  const [nats, store, folder, port] = await Promise.all([startNats(), startStore(), tempFolder(), freePort()]);
  const lines: string[] = [];
  const program: Program = startProgram({
    name: service,
    command: process.execPath,
    args: [scriptsOf(REPOSITORY)[service]],
    env: {
      ...process.env,
      NATS_URL: nats.url,
      EVENT_STORE_URL: store.url,
      DATA_DIR: join(folder.path, 'data'),
      HEALTH_PORT: String(port),
    },
    leashed: true,
    logFile: join(folder.path, `${service}.log`),
    onLine: (line) => lines.push(line),
  });
  onTestFinished(async () => {
    await program.stop(DRAIN_DEADLINE_MS);
    await Promise.all([nats.dispose(), store.dispose()]);
    await folder.remove();
  });
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  await eventually(async () => expect((await get('/readyz')).status, lines.join('\n')).toBe(200));
  return { program, nats, store, get, lines, artifacts: join(folder.path, 'data', 'artifacts') };
}

describe.each(consumingServices)('%s', (service) => {
  it('reports its health, missing parts and metrics, and exits cleanly on SIGTERM', async () => {
    const { program, store, get, lines, artifacts } = await start(service);
    expect(await get('/healthz')).toEqual({ status: 200, text: '{"status":"ok"}' });
    expect(await get('/nothing')).toMatchObject({ status: 404 });
    const { text } = await get('/metrics');
    expect(text).toContain('evidence_part_up{part="event-store"} 1');
    expect(text).toContain('evidence_part_up{part="nats"} 1');
    expect(text).toContain(`evidence_relay_lag_seconds{service="${service}"} 0`);
    expect(text).toContain('process_resident_memory_bytes');

    await store.stop();
    expect(await get('/readyz')).toEqual({ status: 503, text: '{"error":"unavailable","missing":["event-store"]}' });
    expect((await get('/metrics')).text).toContain('evidence_part_up{part="event-store"} 0');
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    await store.start();
    await eventually(async () => expect((await get('/readyz')).status).toBe(200));

    await rename(artifacts, `${artifacts}.away`);
    expect(await get('/readyz')).toEqual({ status: 503, text: '{"error":"unavailable","missing":["artifacts"]}' });
    await rename(`${artifacts}.away`, artifacts);
    expect((await get('/readyz')).status).toBe(200);

    expect(await program.stop(DRAIN_DEADLINE_MS), lines.slice(-5).join('\n')).toBe(true);
    expect(await program.exited).toEqual({ code: 0, signal: null });
  });
});

it('does not start on a port that is in use, and reports it', async () => {
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  const { nats, store } = await start('mapping');
  const lines: string[] = [];
  const program = startProgram({
    name: 'mapping',
    command: process.execPath,
    args: [scriptsOf(REPOSITORY).mapping],
    env: {
      ...process.env,
      NATS_URL: nats.url,
      EVENT_STORE_URL: store.url,
      DATA_DIR: join(folder.path, 'data'),
      HEALTH_PORT: String(nats.port),
    },
    leashed: true,
    logFile: join(folder.path, 'second.log'),
    onLine: (line) => lines.push(line),
  });
  expect(await program.exited).toEqual({ code: 1, signal: null });
  expect(lines.join('\n')).toContain(`The service cannot listen on HEALTH_PORT=${nats.port} of 127.0.0.1`);
});
