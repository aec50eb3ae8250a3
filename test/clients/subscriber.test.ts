import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY, type TestStack } from '@evidence/testkit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
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

test.each([
  ['of a system', () => fetch(`${stack.url}/asyncapi.json`).then((answer) => answer.text())],
  ['of the repository', () => readFile(join(REPOSITORY, 'contracts', 'bus', 'asyncapi.json'), 'utf8')],
])('AsyncAPI’s own parser accepts the document %s, without a network', async (_, read) => {
  const { Parser } = await import('@asyncapi/parser');
  const text = await read();
  const { document, diagnostics } = await new Parser().parse(text);
  expect(diagnostics.filter(({ severity }) => severity <= 1).map(({ code, message }) => `${code}: ${message}`)).toEqual(
    [],
  );
  expect(document?.messages().length).toBe(8);
});

test('a subscriber with nats v2 that was offline receives each report once, and the CloudEvents SDK accepts every message', async () => {
  const program = join(HERE, 'exercises', 'ready-reports-nats-v2.mjs');
  const first = await ready('Before');
  const url = await stack.subscriber('nats-v2');
  expect((await toldBy(program, url, 1, TIMEOUT_MS)).map(({ subject }) => subject)).toEqual([first]);
  const missed: string[] = [];
  while (missed.length < REPORTS_WHILE_AWAY) missed.push(await ready(`Away ${missed.length}`));
  const told = await toldBy(program, url, REPORTS_WHILE_AWAY, TIMEOUT_MS);
  expect(told.map(({ subject }) => subject).toSorted()).toEqual(missed.toSorted());
  const { CloudEvent } = await import('cloudevents');
  for (const event of told) expect(new CloudEvent(event).validate()).toBe(true);
});

test('the CloudEvents SDK accepts every message in the stream, and each is valid by the document', async () => {
  const [{ connect, nkeyAuthenticator }, { CloudEvent }] = [await import('nats'), await import('cloudevents')];
  const document = await (await fetch(`${stack.url}/asyncapi.json`)).json();
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema(document, 'document');
  // The operator's login, because a subscriber may not read single messages of the stream.
  const authenticator = nkeyAuthenticator(await readFile(stack.env.NATS_NKEY_FILE ?? ''));
  const connection = await connect({ servers: stack.natsUrl, authenticator, inboxPrefix: '_INBOX.evidence' });
  const manager = await connection.jetstreamManager();
  const { state } = await manager.streams.info('REPORTS');
  const types = new Set<string>();
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const { data, subject } = await manager.streams.getMessage('REPORTS', { seq });
    const event = JSON.parse(new TextDecoder().decode(data));
    expect(new CloudEvent(event).validate()).toBe(true);
    const [type] = event.type.split('.');
    const isDescribed = ajv.getSchema(`document#/components/schemas/${type}Message`);
    expect([subject, isDescribed?.(event), isDescribed?.errors]).toEqual([subject, true, null]);
    types.add(type);
  }
  await connection.close();
  expect([...types]).toEqual(
    expect.arrayContaining(['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady']),
  );
});

test.each(['test/subscribers/ready-reports.mjs', 'test/clients/exercises/ready-reports-nats-v2.mjs'])(
  '%s has at most 20 lines of code',
  async (file) => {
    const lines = (await readFile(join(REPOSITORY, file), 'utf8')).split('\n').slice(1);
    expect(lines.filter((line) => line.trim() !== '' && !line.startsWith('//')).length).toBeLessThanOrEqual(20);
  },
);
