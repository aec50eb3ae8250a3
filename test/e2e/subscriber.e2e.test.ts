import { join } from 'node:path';
import { assertEventSchema } from '@evidence/contracts';
import { REPOSITORY, startStack, type TestStack } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toldBy } from '../subscribers/follow.js';
import { Client, packRequest } from './client.js';

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

async function ready(title: string): Promise<string> {
  const { id } = (await client.create(packRequest('json', title))).body;
  await client.ready(id, TIMEOUT_MS);
  return id;
}

test(
  'a subscriber of 20 lines that was away during 50 reports hears of each of them once',
  async () => {
    const first = await ready('Before');
    expect((await toldBy(PROGRAM, stack.natsUrl, 1, TIMEOUT_MS)).map(({ subject }) => subject)).toEqual([first]);
    const missed: string[] = [];
    while (missed.length < REPORTS_WHILE_AWAY)
      missed.push(
        ...(await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => ready(`Away ${missed.length + n}`)))),
      );
    const told = await toldBy(PROGRAM, stack.natsUrl, REPORTS_WHILE_AWAY, TIMEOUT_MS);
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
