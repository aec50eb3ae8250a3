import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectNats, consumersPending, parseSubject, subjectOf } from '@evidence/bus';
import type { ReportEventType } from '@evidence/contracts';
import { derivedEventId } from '@evidence/event-store';
import { eventually, startStack, type TestStack } from '@evidence/testkit';
import { jetstream } from '@nats-io/jetstream';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, packRequest } from '../e2e/client.js';

const run = promisify(execFile);
const READY_TIMEOUT_MS = 90_000;
const STAGES = ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady'];
const HEARD = ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped', 'ReportReady'] as const;
const TENANT = 'acme';

let stack: TestStack;
let client: Client;
/** Has the operator's key, the only one that may publish on all our subjects. */
let attacker: NatsConnection;

beforeAll(async () => {
  stack = await startStack({ samples: true });
  client = new Client(stack.url, stack.token);
  const access = { nkeyFile: stack.env.NATS_NKEY_FILE ?? '' };
  attacker = await connectNats({ servers: [stack.natsUrl], name: 'evidence attacker', access });
}, 90_000);
afterAll(async () => {
  await attacker?.close();
  await stack?.dispose();
});

interface Told {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

async function evidence<T>(...args: string[]): Promise<T[]> {
  const { stdout } = await run(process.execPath, ['packages/cli/dist/main.js', ...args, '--json'], { env: stack.env });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

async function eventsOf(id: string): Promise<Told[]> {
  const events = await evidence<Told>('events', id);
  expect(events.map(({ type }) => type)).toEqual(STAGES);
  return events;
}

/** The content of a report: the counts of its scope and its mapping, and the summary of its findings. */
const substanceOf = (events: readonly Told[]) => {
  const [, , scoped, mapped, ready] = events;
  return [scoped?.data.counts, mapped?.data.counts, ready?.data.summary];
};

/** The messages about a report on the bus. `onEach` is called at once, while the stage that consumes the message begins. */
function listen(onEach: (message: Msg, before: readonly Msg[]) => void): readonly Msg[] {
  const messages: Msg[] = [];
  const seen = new Set<string>();
  attacker.subscribe(`reports.v1.${TENANT}.>`, {
    callback: (_, message) => {
      if (message.headers?.has('forged') || seen.has(message.subject)) return;
      seen.add(message.subject);
      onEach(message, [...messages]);
      messages.push(message);
    },
  });
  return messages;
}

test('a report under attack by altered, repeated, reordered and garbage messages has the same content as without', async () => {
  const undisturbed = (await client.create(packRequest('json', 'Undisturbed'))).body;
  await client.ready(undisturbed.id, READY_TIMEOUT_MS);
  const wanted = substanceOf(await eventsOf(undisturbed.id));

  const js = jetstream(attacker);
  const attacks: Promise<unknown>[] = [];
  const publish = (subject: string, body: string | Uint8Array, msgID?: string) => {
    const marked = headers();
    marked.set('forged', 'yes');
    attacks.push(js.publish(subject, body, { headers: marked, ...(msgID && { msgID }) }));
  };
  const garbage = (id: string) => {
    for (const type of HEARD) for (const body of ['{', '{']) publish(subjectOf(type, TENANT, id), body);
  };
  const told = listen((message, before) => {
    const event = message.json<{ id: string; data: object }>();
    const id = parseSubject(message.subject)?.reportId ?? '';
    publish(message.subject, JSON.stringify({ ...event, position: '0' }));
    publish(message.subject, JSON.stringify({ ...event, data: { ...event.data, frameworks: [], findings: [] } }));
    for (const old of before.toReversed()) publish(old.subject, old.data);
    garbage(id);
    // Uses the ids of the later events before those are published.
    for (const next of ['ReportScoped', 'ReportMapped', 'ReportReady'] satisfies ReportEventType[])
      publish(subjectOf(next, TENANT, id), '{', derivedEventId(event.id, next));
  });
  const { id } = (await client.create(packRequest('json', 'Attacked'))).body;
  await client.ready(id, READY_TIMEOUT_MS);
  await eventually(() => expect(told).toHaveLength(STAGES.length));
  // Once it is ready, publishes everything again, last first.
  for (const old of told.toReversed()) publish(old.subject, old.data);
  await Promise.all(attacks);
  await eventually(
    async () => expect(Object.values(await consumersPending(attacker)).reduce((sum, n) => sum + n, 0)).toBe(0),
    { timeoutMs: READY_TIMEOUT_MS },
  );

  expect(await client.report(id)).toMatchObject({ status: 'ready' });
  expect(substanceOf(await eventsOf(id))).toEqual(wanted);
  const parked = await evidence<{ subject: string; code: string }>('parked');
  expect(parked.map(({ subject, code }) => `${subject} ${code}`).toSorted()).toEqual(
    HEARD.map((type) => `${subjectOf(type, TENANT, id)} message_unreadable`).toSorted(),
  );
}, 240_000);
