import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import type { EventStore } from '@evidence/event-store';
import { openEventStore } from '@evidence/event-store/open';
import { startStore, type TestServer, tempFolder } from '@evidence/testkit';
import { binaryEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentsOf, evidence } from './evidence.js';

let server: TestServer;
let store: EventStore;
const env: NodeJS.ProcessEnv = {};
const token = exampleOf('ApiTokenMinted');
const good = (type: 'ApiTokenMinted' | 'MessageParked') => {
  const id = randomUUID();
  const metadata = { ...exampleMetadata(), eventId: id, tenant: token.tenant, schema: `${type}.v1` };
  return { id, type, data: exampleOf(type), metadata };
};
const broken = (type: string, metadata: object = {}) => ({
  id: randomUUID(),
  type,
  data: { extra: '\u001b[2J' },
  metadata,
});

beforeAll(async () => {
  server = await startStore();
  env.EVENT_STORE_URL = server.url;
  store = openEventStore(server.url, () => new Date());
});
afterAll(async () => {
  await store.close();
  await server.dispose();
});

test('a log without unreadable events is reported as such', async () => {
  await store.append(streamOf.token(token.tokenId), 'any', [good('ApiTokenMinted')]);
  await store.append('somebody-elses', 'any', [broken('TheirEvent')]);
  expect(await evidence(['log', 'check'], env)).toMatchObject({
    stdout: '',
    stderr: expect.stringContaining('1 events checked; 0 cannot be read.'),
    exitCode: 0,
  });
});

test('every event that cannot be read is listed, and shown as it is stored', async () => {
  const client = KurrentDBClient.connectionString(server.url);
  const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);
  await client.appendToStream('report-x', binaryEvent({ type: 'ReportReady', data: bytes }));
  await client.dispose();
  await store.append('tenant-acme', 'any', [broken('LegalHoldPlaced')]);
  await store.append(streamOf.token(token.tokenId), 'any', [broken('ApiTokenRevoked')]);
  await store.append(streamOf.parking('mapping'), 'any', [good('MessageParked'), broken('MessageParked')]);

  const checked = await evidence(['log', 'check', '--json'], env);
  expect(checked).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('6 events checked; 4 cannot be read.'),
  });
  const found = documentsOf(checked);
  expect(found).toMatchObject([
    { stream: 'report-x', type: 'ReportReady', code: 'contract_violated', tenant: null },
    { stream: 'tenant-acme', type: 'LegalHoldPlaced', code: 'contract_violated', tenant: 'acme' },
    { stream: streamOf.token(token.tokenId), type: 'ApiTokenRevoked' },
    { stream: streamOf.parking('mapping'), type: 'MessageParked' },
  ]);
  const table = await evidence(['log', 'check'], env);
  expect(table.exitCode).toBe(1);
  for (const { position } of found) expect(table.stdout).toMatch(new RegExp(`^${position} .*`, 'm'));

  const [ready, hold] = found.map(({ position }) => String(position));
  const raw = await evidence(['log', 'show', ready!, '--json'], env);
  expect(documentsOf(raw)).toMatchObject([{ data_base64: bytes.toString('base64'), type: 'ReportReady' }]);
  const shown = await evidence(['log', 'show', hold!], env);
  expect(shown.stdout).toBe('{"extra":"\\u001b[2J"}\n{}\n');
  expect(shown.stderr).toContain('revision 0 of tenant-acme');
  expect(shown.stderr).toContain('It cannot be read');
});

test('a readable or foreign event is shown too, and a missing one is refused', async () => {
  expect((await evidence(['log', 'show', '1'], env)).stdout).toContain(token.tokenId);
  expect((await evidence(['log', 'show', '2'], env)).stdout).toContain('"extra"');
  expect(await evidence(['log', 'show', '4096'], env)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('no event at position 4096'),
  });
  expect(await evidence(['log', 'show', 'x'], env)).toMatchObject({ exitCode: 2 });
});

test('verbs that read many events skip these, and say so', async () => {
  const left = '1 unreadable event was left out: see evidence log check.';
  const tokens = await evidence(['tokens', 'list', '--tenant', token.tenant, '--json'], env);
  expect(tokens).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(left) });
  expect(documentsOf(tokens)).toMatchObject([{ tokenId: token.tokenId, status: 'unreadable' }]);
  const parked = await evidence(['parked', '--json'], env);
  expect(parked).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(left) });
  expect(documentsOf(parked)).toHaveLength(1);
  await using folder = await tempFolder();
  await mkdir(`${folder.path}/artifacts`);
  const affected = await evidence(['reports', 'affected'], { ...env, DATA_DIR: folder.path });
  expect(affected).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(left) });
});
