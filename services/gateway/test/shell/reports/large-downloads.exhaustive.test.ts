import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { openArtifactFolder } from '@evidence/artifacts';
import { eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { eventually, tempFolder, tool } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { PROCESS_TEST_TIMEOUT_MS, runningGateway } from '../../gateway-process.js';
import { mintIn, readyReportIn } from '../../seeding.js';

const MIB = 1024 * 1024;

/** A gateway process with one ready report whose artifact has `sizeBytes` random bytes. */
async function serving(sizeBytes: number) {
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  const bytes = randomBytes(sizeBytes);
  const artifacts = await openArtifactFolder({ folder: join(folder.path, 'artifacts') });
  const artifact = await artifacts.put('acme', bytes, 'application/pdf');
  const store = eventLogOver(openSqliteEventStore({ file: join(folder.path, 'events.sqlite'), now: () => new Date() }));
  const { token } = await mintIn(store, ['reports:read']);
  const id = await readyReportIn(store, artifact);
  await store.close();
  const { url, child } = await runningGateway({ RATE_LIMIT_PER_MINUTE: '0', LOG_LEVEL: 'warn' }, folder);
  const headers = { authorization: `Bearer ${token}` };
  await eventually(async () => expect((await fetch(`${url}/api/v2/reports/${id}`, { headers })).status).toBe(200));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { url, headers, path: `/api/v2/reports/${id}/download`, sha256, pid: child.pid ?? 0 };
}

/** Forwards connections, and cuts the first `cuts` of them after `afterBytes` of the response. */
async function cuttingProxy(target: string, { cuts, afterBytes }: { cuts: number; afterBytes: number }) {
  const proxy = { url: '', cut: 0 };
  const { port, hostname } = new URL(target);
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let left = proxy.cut < cuts ? afterBytes : Number.POSITIVE_INFINITY;
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      client.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left > 0) return;
      proxy.cut += 1;
      upstream.destroy();
      client.end();
    });
    upstream.on('error', () => client.destroy()).on('close', () => client.end());
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}

test(
  'a download of 64 MiB that is cut 20 times and resumed by curl -C - is complete',
  async (context) => {
    if (!(await tool('curl'))) return context.skip('curl is not installed: apt-get install curl');
    const { url, headers, path, sha256 } = await serving(64 * MIB);
    const proxy = await cuttingProxy(url, { cuts: 20, afterBytes: 3 * MIB });
    const folder = await tempFolder();
    onTestFinished(folder.remove);
    const file = join(folder.path, 'report.pdf');
    const curl = [
      '-fsSL',
      '-C',
      '-',
      '-o',
      file,
      '-H',
      `Authorization: ${headers.authorization}`,
      `${proxy.url}${path}`,
    ];
    let broken = 0;
    await eventually(
      async () => {
        await promisify(execFile)('curl', curl).catch((error) => {
          broken += 1;
          throw error;
        });
      },
      { timeoutMs: 60_000 },
    );
    expect([proxy.cut, broken]).toEqual([20, 20]);
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    expect(hash.digest('hex')).toBe(sha256);
  },
  PROCESS_TEST_TIMEOUT_MS,
);

/** The peak memory of the process in bytes; undefined if the kernel does not report it. */
async function peakOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(status) ?? [];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

test(
  '50 simultaneous downloads do not load the artifact into memory fifty times',
  async (context) => {
    const clients = 50;
    const sizeBytes = 16 * MIB;
    const { url, headers, path, sha256, pid } = await serving(sizeBytes);
    const link = async () => {
      const { headers: answer } = await fetch(`${url}${path}`, { headers, redirect: 'manual' });
      return new URL(answer.get('location') ?? '', url);
    };
    const begun = async () => {
      const target = await link();
      return new Promise<IncomingMessage>((resolve, reject) => {
        // Not read yet, so that all fifty are in progress before the first continues.
        get(target, { headers, agent: false }, resolve).once('error', reject);
      });
    };
    const digest = async (response: IncomingMessage) => {
      const hash = createHash('sha256');
      await pipeline(response, hash);
      return hash.digest('hex');
    };
    expect(await digest(await begun())).toBe(sha256);
    const before = await peakOf(pid);
    if (before === undefined) return context.skip('/proc tells no memory on this system');
    const under = await Promise.all(Array.from({ length: clients }, begun));
    const digests = await Promise.all(under.map(digest));
    expect(new Set(digests)).toEqual(new Set([sha256]));
    const grown = ((await peakOf(pid)) ?? 0) - before;
    // A gateway that reads artifacts into memory would grow by all of it; this one grows by what is not yet collected (a seventh, 2026-11-24).
    expect(grown / (clients * sizeBytes)).toBeLessThan(1 / 2);
  },
  PROCESS_TEST_TIMEOUT_MS,
);
