import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectNats } from '@evidence/bus';
import { assertEventSchema } from '@evidence/contracts';
import { eventually, REPOSITORY, startStack, type TestStack } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toldBy } from '../subscribers/follow.js';
import { Client, packRequest } from './client.js';

const run = promisify(execFile);
const PROGRAM = join(REPOSITORY, 'test', 'subscribers', 'ready-reports.mjs');
const REPORTS_WHILE_AWAY = 50;
const AT_ONCE = 10;
const TIMEOUT_MS = 240_000;

let stack: TestStack;
let client: Client;
beforeAll(async () => {
  stack = await startStack({ samples: true });
  client = new Client(stack.url, stack.token);
}, 90_000);
afterAll(() => stack?.dispose());

async function subscribers(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, ['packages/cli/dist/main.js', 'subscribers', ...args], { env: stack.env });
}

async function ready(title: string): Promise<string> {
  const { id } = (await client.create(packRequest('json', title))).body;
  await client.ready(id, TIMEOUT_MS);
  return id;
}

test(
  'a subscriber of 20 lines that was away during 50 reports hears of each of them once',
  async () => {
    const first = await ready('Before');
    const url = await stack.subscriber('crm');
    expect((await toldBy(PROGRAM, url, 1, TIMEOUT_MS)).map(({ subject }) => subject)).toEqual([first]);
    const missed: string[] = [];
    while (missed.length < REPORTS_WHILE_AWAY)
      missed.push(
        ...(await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => ready(`Away ${missed.length + n}`)))),
      );
    const told = await toldBy(PROGRAM, url, REPORTS_WHILE_AWAY, TIMEOUT_MS);
    expect(told.map(({ subject }) => subject).toSorted()).toEqual(missed.toSorted());
    for (const event of told) {
      assertEventSchema('CloudEvent.v1', event);
      assertEventSchema('ReportReady.v1', event.data);
      expect(event.data).toMatchObject({
        title: expect.stringMatching(/^Away/),
        summary: { bySeverity: expect.anything() },
      });
    }
    // What the message says is enough to have the file.
    const file = await fetch(stack.url + told[0]?.data.downloadPath, {
      headers: { authorization: `Bearer ${stack.token}` },
    });
    expect(await file.json()).toMatchObject({ report_id: told[0]?.subject });
  },
  TIMEOUT_MS,
);

test('a subscriber is made once, listed without its password, and out when it is revoked', async () => {
  const who = ['--tenant', 'acme', '--name', 'siem'];
  const { stdout, stderr } = await subscribers('mint', ...who);
  expect(stderr).toContain('durable consumer acme_siem');
  const connection = await connectNats({ servers: [stdout.trim()], name: 'acme_siem' });
  await expect(subscribers('mint', ...who)).rejects.toThrow('acme_siem already exists');
  const listed = (await subscribers('list', '--tenant', 'acme', '--json')).stdout;
  expect(listed).toContain('{"tenant":"acme","name":"siem","user":"acme_siem"}');
  expect(listed).not.toContain(new URL(stdout.trim()).password);
  expect((await subscribers('revoke', ...who)).stdout).toBe('Subscriber acme_siem is revoked.\n');
  await eventually(() => expect(connection.rtt()).rejects.toThrow());
  await connection.close();
  const again = connectNats({ servers: [stdout.trim()], name: 'acme_siem' });
  await expect(again).rejects.toMatchObject({ code: 'nats_refused' });
  await expect(subscribers('revoke', ...who)).rejects.toThrow('There is no subscriber acme_siem');
  await expect(subscribers('mint', '--tenant', 'acme', '--name', 'A_b')).rejects.toThrow(
    'use 1 to 32 lower-case letters',
  );
});
