import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually, startStack, type TestStack } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, packRequest } from '../e2e/client.js';

const run = promisify(execFile);
/** A message in the hands of a killed consumer comes again after its acknowledgement time, 10 s; the rest is the supervisor's restart. */
const READY_TIMEOUT_MS = 90_000;
const STAGES = ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady'];

let stack: TestStack;
let client: Client;

beforeAll(async () => {
  stack = await startStack({ samples: true });
  client = new Client(stack.url, stack.token);
}, 90_000);
afterAll(() => stack?.dispose());

async function typesOf(id: string): Promise<string[]> {
  const { stdout } = await run(process.execPath, ['packages/cli/dist/main.js', 'events', id, '--json'], {
    env: stack.env,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type);
}

test.each(['scoping', 'mapping', 'renderer', 'nats-server', 'store-server', 'gateway', 'expiry'] as const)(
  '%s is killed while a report is made: the report is neither lost nor doubled',
  async (name) => {
    const { id } = (await client.create(packRequest('pdf', `While ${name} dies`))).body;
    stack.kill(name);
    await client.ready(id, READY_TIMEOUT_MS);
    await eventually(async () => expect(await typesOf(id)).toEqual(STAGES));
    expect((await client.list()).filter((report) => report.id === id)).toHaveLength(1);
  },
  READY_TIMEOUT_MS + 30_000,
);
