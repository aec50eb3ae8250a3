import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY, type TestStack } from '@evidence/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toldBy } from '../subscribers/follow.js';
import { HERE, systemWithDocument } from './tools.js';

const REPORTS_WHILE_AWAY = 50;
const TIMEOUT_MS = 240_000;

let stack: TestStack;
beforeAll(async () => {
  stack = await systemWithDocument();
});
afterAll(() => stack?.dispose());

async function ready(title: string): Promise<string> {
  const body = { title, frameworks: ['OWASP_LLM'], scope: { endpoint_ids: ['ep_support_chat'] }, format: 'json' };
  const headers = { authorization: `Bearer ${stack.token}`, 'content-type': 'application/json', prefer: 'wait=60' };
  const response = await fetch(`${stack.url}/api/v2/reports`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.status).toBe(201);
  return (await response.json()).id;
}

test('AsyncAPI’s own parser takes the document that is served, without a network', async () => {
  const { Parser } = await import('@asyncapi/parser');
  const text = await (await fetch(`${stack.url}/asyncapi.json`)).text();
  const { document, diagnostics } = await new Parser().parse(text);
  expect(diagnostics.filter(({ severity }) => severity <= 1).map(({ code, message }) => `${code}: ${message}`)).toEqual(
    [],
  );
  expect(document?.messages().length).toBe(8);
});

test('a subscriber with nats v2 that was away hears of each report once, and the CloudEvents SDK takes every message', async () => {
  const program = join(HERE, 'exercises', 'ready-reports-nats-v2.mjs');
  const first = await ready('Before');
  expect((await toldBy(program, stack.natsUrl, 1, TIMEOUT_MS)).map(({ subject }) => subject)).toEqual([first]);
  const missed: string[] = [];
  while (missed.length < REPORTS_WHILE_AWAY) missed.push(await ready(`Away ${missed.length}`));
  const told = await toldBy(program, stack.natsUrl, REPORTS_WHILE_AWAY, TIMEOUT_MS);
  expect(told.map(({ subject }) => subject).toSorted()).toEqual(missed.toSorted());
  const { CloudEvent } = await import('cloudevents');
  for (const event of told) expect(new CloudEvent(event).validate()).toBe(true);
});

test.each(['test/subscribers/ready-reports.mjs', 'test/clients/exercises/ready-reports-nats-v2.mjs'])(
  '%s has 20 lines of code at most',
  async (file) => {
    const lines = (await readFile(join(REPOSITORY, file), 'utf8')).split('\n').slice(1);
    expect(lines.filter((line) => line.trim() !== '' && !line.startsWith('//')).length).toBeLessThanOrEqual(20);
  },
);
