import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectNats, subjectOf } from '@evidence/bus';
import { exampleMetadata } from '@evidence/contracts/examples';
import { openEventStore } from '@evidence/event-store/open';
import { eventually } from '@evidence/testkit';
import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect } from 'vitest';
import { Client, packRequest } from './client.js';
import { pidOf, Reader, readGuide, START_TIMEOUT_MS, testGuide } from './guide.js';

const TENANT = 'acme';
const HAPPENS_WITHIN = { timeoutMs: 60_000 };
const ID = /"id":"([^"]+)"/;
const POSITION = /"position":"(\d+)"/;

let reader: Reader;
beforeAll(async () => {
  reader = await Reader.begin();
}, START_TIMEOUT_MS);
afterAll(() => reader?.dispose(), START_TIMEOUT_MS);

interface System {
  readonly natsUrl: string;
  readonly natsAccess: { readonly nkeyFile: string };
  readonly eventStoreUrl: string;
}

const system = async (): Promise<System> =>
  JSON.parse(await readFile(join(reader.dataDir, 'run', 'system.json'), 'utf8'));

/** The renderer hangs while a report is with it. */
async function rendererHangs(): Promise<void> {
  const pid = await pidOf('renderer', reader.dataDir);
  process.kill(pid, 'SIGSTOP');
  const client = new Client(`http://127.0.0.1:${reader.port}`, (await reader.run('echo $TOKEN')).trim());
  const { id } = (await client.create(packRequest('pdf', 'Stuck'))).body;
  await reader.run(`STUCK=${id}\nHANGING=${pid}`);
  const events = () => reader.run('npm run -s evidence -- events $STUCK');
  await eventually(async () => expect(await events()).toContain('ReportMapped'), HAPPENS_WITHIN);
}

/** Somebody has put garbage on the bus. */
async function garbageIsSent(): Promise<void> {
  const report = (await reader.run('echo $REPORT')).trim();
  const { natsUrl, natsAccess } = await system();
  const connection = await connectNats({ servers: [natsUrl], name: 'evidence test', access: natsAccess });
  await jetstream(connection).publish(subjectOf('ReportMapped', TENANT, report), '{');
  await connection.close();
  const parked = await eventually(async () => {
    const printed = await reader.run('npm run -s evidence -- parked --json');
    expect(printed).toMatch(ID);
    return printed;
  }, HAPPENS_WITHIN);
  await reader.run(`PARKED=${ID.exec(parked)?.[1]}`);
}

/** Since the backup a report was made, and somebody has written an event that keeps no contract, with the operator's login. */
async function brokenEventIsWritten(): Promise<void> {
  await reader.run('request > /dev/null');
  const store = openEventStore((await system()).eventStoreUrl, () => new Date());
  const id = randomUUID();
  const names = { eventId: id, tenant: 'globex', actor: 'operator:somebody', schema: 'LegalHoldPlaced.v1' };
  const event = { id, type: 'LegalHoldPlaced', data: { extra: true }, metadata: { ...exampleMetadata(), ...names } };
  await store.append('tenant-globex', 'any', [event]);
  await store.close();
  const found = await reader.run('npm run -s evidence -- log check --json || true');
  await reader.run(`POSITION=${POSITION.exec(found)?.[1]}`);
}

testGuide('operator.md', await readGuide('operator.md'), () => reader, {
  'A report is stuck': rendererHangs,
  'A message is parked': garbageIsSent,
  'An event is quarantined': brokenEventIsWritten,
});
