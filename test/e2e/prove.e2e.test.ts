import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectNats } from '@evidence/bus';
import { type EventLog, openEventLog } from '@evidence/event-store/log';
import { startStack, type TestStack, tempFolder } from '@evidence/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, onTestFinished, test } from 'vitest';
import { documentsOf, evidence } from '../../packages/cli/test/evidence.js';
import { Client, packRequest } from './client.js';

test('reports are exported, made again from their events alone, every digest, and shown as they were at any point; nothing is appended, published or written but the export', async () => {
  const stack = await startStack({ samples: true });
  onTestFinished(stack.dispose);
  const client = new Client(stack.url, stack.token);
  const made = async (format: 'pdf' | 'json') => {
    const { id } = (await client.create(packRequest(format, 'To be proven'))).body;
    await client.ready(id);
    return id;
  };
  const pdf = await made('pdf');
  const then = await headOf(stack);
  const json = await made('json');
  const prove = async (id: string, env = {}) => {
    const ran = await evidence(['prove', id, '--json'], { DATA_DIR: stack.dataDir, ...env });
    return { ...ran, verdicts: documentsOf(ran).map(({ what, verdict }) => `${what} ${verdict}`) };
  };
  const all = ['scope same', 'mapping same', 'content same', 'artifact same', 'attestation same'];

  await rm(join(stack.dataDir, 'views'), { recursive: true });
  await exportsAndVerifies(stack, [pdf, json]);
  // The log and not a folder is what it is made from.
  await rm(join(stack.dataDir, 'artifacts', 'acme'), { recursive: true });
  const before = await stateOf(stack);
  for (const id of [pdf, json]) {
    const { verdicts, exitCode, stderr } = await prove(id);
    expect({ verdicts, exitCode }, stderr).toEqual({ verdicts: all, exitCode: 0 });
  }
  const replay = async (to: string, ...more: string[]) =>
    documentsOf(await evidence(['replay', '--to', to, '--json', ...more], { DATA_DIR: stack.dataDir }));
  expect(await replay(String(then))).toMatchObject([{ id: pdf, status: 'ready', held: false }]);
  expect(await replay(new Date().toISOString(), '--tenant', 'acme')).toMatchObject([{ id: json }, { id: pdf }]);
  const [asked] = await replay(String(then), pdf);
  expect(asked).toMatchObject({ id: pdf, phase: 'ready', request: { format: 'pdf' } });
  expect(await replay('0')).toEqual([]);
  expect(await stateOf(stack)).toEqual(before);

  await rm(join(stack.dataDir, 'keys'), { recursive: true });
  expect(await prove(pdf)).toMatchObject({
    exitCode: 0,
    verdicts: ['scope same', 'mapping same', 'content same', 'artifact not_compared', 'attestation not_compared'],
    stdout: expect.stringContaining('there are no keys in'),
  });
  expect((await prove(json)).verdicts[3]).toBe('artifact same');
  expect(await prove('rpt_2026_00000000000000000000000000')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('was never requested'),
  });
}, 120_000);

/** Both reports in one file, which is all that is written, and which is verified without the system's folder. */
async function exportsAndVerifies(stack: TestStack, ids: readonly string[]): Promise<void> {
  const elsewhere = await tempFolder();
  onTestFinished(elsewhere.remove);
  const [output, key] = [join(elsewhere.path, 'acme.tar'), join(elsewhere.path, 'jwks.json')];
  const before = await stateOf(stack);
  const exported = await evidence(['export', '--tenant', 'acme', '--output', output], { DATA_DIR: stack.dataDir });
  expect(exported, exported.stderr).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('2 reports') });
  expect(await stateOf(stack)).toEqual(before);
  expect(await readdir(elsewhere.path)).toEqual(['acme.tar']);

  const again = await evidence(['export', ids[0]!, '--output', output], { DATA_DIR: stack.dataDir });
  expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('already exists') });
  await writeFile(key, await (await fetch(`${stack.url}/.well-known/jwks.json`)).text());
  const verify = (...more: string[]) => evidence(['verify', output, '--json', ...more], { DATA_DIR: elsewhere.path });
  const verified = await verify('--key', key);
  const [document] = documentsOf(verified);
  expect(document, verified.stderr).toMatchObject({ verdict: 'valid', does_not_contain: expect.any(Array) });
  expect(JSON.stringify(document)).toContain('2 of 2 reports are included');
  expect(await verify()).toMatchObject({ exitCode: 3 });
  const bytes = await readFile(output);
  const inPdf = bytes.indexOf('%PDF-') + 1_000;
  bytes[inPdf]! ^= 1;
  await writeFile(output, bytes);
  expect(await verify('--key', key)).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining(`${ids[0]}.pdf does not have`),
  });
}

/** What a command could have changed: the log, the bus, and every file that is not a log of a program or the store's own memory. */
async function stateOf(stack: TestStack) {
  const log = openEventLog(stack.eventStoreUrl, () => new Date());
  const access = { nkeyFile: stack.env.NATS_NKEY_FILE ?? '' };
  const nc = await connectNats({ servers: [stack.natsUrl], name: 'evidence test', access });
  try {
    const { state } = await (await jetstreamManager(nc)).streams.info('REPORTS');
    return { events: await eventsOf(log), messages: state.last_seq, files: await filesOf(stack.dataDir) };
  } finally {
    await nc.close();
    await log.close();
  }
}

async function headOf(stack: TestStack): Promise<bigint | undefined> {
  const log = openEventLog(stack.eventStoreUrl, () => new Date());
  try {
    return await log.head();
  } finally {
    await log.close();
  }
}

/** But for the clock's tick of each minute, and the record of the calls before, which come by themselves. */
async function eventsOf(log: EventLog): Promise<string[]> {
  const events = await Array.fromAsync(log.readAll());
  return events.filter(({ type }) => type !== 'ClockTicked' && type !== 'ApiCallAudited').map(({ id }) => id);
}

async function filesOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const kept = files.filter((file) => !/\/(logs|nats|run)\/|-(shm|wal)$/.test(file));
  const digests = kept.map(
    async (file) =>
      [
        file,
        createHash('sha256')
          .update(await readFile(file))
          .digest('hex'),
      ] as const,
  );
  return Object.fromEntries(await Promise.all(digests));
}
