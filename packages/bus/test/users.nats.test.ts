import { type ReportEventType, reportEventTypes } from '@evidence/contracts';
import { eventually, startNatsWithUsers } from '@evidence/testkit';
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { errors } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { connectNats, inboxPrefixOf } from '../src/connection.js';
import { DurableConsumer } from '../src/consumer.js';
import { openBucket, provision } from '../src/provision.js';
import { consumersPending } from '../src/readiness.js';
import { CHECKPOINTS_BUCKET, patternOf, REPORTS_STREAM, subjectOf } from '../src/subjects.js';
import { type BusUser, busUsers } from '../src/users/index.js';

const REPORT = 'rpt_2026_00000000000000000000000000';
const SERVICES = ['scoping', 'mapping', 'renderer', 'expiry'] as const;
const EVERYONE = ['gateway', ...SERVICES, 'operator', 'provisioning'] as const;

let server: Awaited<ReturnType<typeof startNatsWithUsers>>;
let users: (typeof server)['users'];
beforeAll(async () => {
  server = await startNatsWithUsers();
  users = server.users;
  const nc = await enterAs('provisioning');
  await provision(nc);
  await nc.close();
});
afterAll(() => server?.nats.dispose());

function enterAs(user: BusUser): Promise<NatsConnection> {
  // The operator's command names its connections `evidence …`.
  const name = user === 'operator' ? 'evidence test' : user;
  return connectNats({ servers: [server.nats.url], name, access: { nkeyFile: users.seedFile(user) } });
}

async function as(user: BusUser): Promise<NatsConnection> {
  const nc = await enterAs(user);
  onTestFinished(() => nc.close());
  return nc;
}

/** The subjects to which the server does not let this connection publish or subscribe. */
async function denied(nc: NatsConnection, operation: 'publish' | 'subscribe', subjects: readonly string[]) {
  const refused = new Set<string>();
  const watching = (async () => {
    for await (const status of nc.status())
      if (status.type === 'error' && status.error instanceof errors.PermissionViolationError) {
        expect(status.error.operation).toBe(operation === 'publish' ? operation : 'subscription');
        refused.add(status.error.subject);
      }
  })();
  for (const subject of subjects) {
    if (operation === 'publish') nc.publish(subject, '{');
    else nc.subscribe(subject, { callback: () => {} });
  }
  await nc.flush();
  await nc.close();
  await watching;
  return refused;
}

it('keeps stream and buckets on the given number of servers, and reports when that is impossible', async () => {
  const nc = await as('provisioning');
  await provision(nc, 1);
  await expect(provision(nc, 3)).rejects.toMatchObject({
    code: 'stream_misconfigured',
    message: expect.stringContaining('is not in a cluster'),
  });
});

const event = (type: ReportEventType) => subjectOf(type, 'acme', REPORT);
const KV = 'KV_RELAY_CHECKPOINTS';

/** Every subject that is tried, and the users that may. All others must be denied. */
const PUBLISH: Readonly<Record<string, readonly BusUser[]>> = {
  [event('ReportRequested')]: ['gateway', 'expiry', 'operator'],
  [event('ReportDownloaded')]: ['gateway', 'operator'],
  [event('ReportStarted')]: ['scoping', 'mapping', 'renderer', 'expiry', 'operator'],
  [event('ReportScoped')]: ['scoping', 'renderer', 'expiry', 'operator'],
  [event('ReportMapped')]: ['gateway', 'mapping', 'expiry', 'operator'],
  [event('ReportReady')]: ['renderer', 'operator'],
  [event('ReportExpired')]: ['expiry', 'operator'],
  [event('ArtifactRestored')]: ['renderer', 'operator'],
  [event('ArtifactLost')]: ['renderer', 'operator'],
  [event('ReportFailed')]: [...SERVICES, 'operator'],
  'reports.v1.acme': [],
  'reports.v2.acme.x.ready': [],
  [`progress.v1.acme.${REPORT}`]: ['scoping', 'mapping', 'renderer'],
  [`progress.v1.acme.${REPORT}.waiting`]: SERVICES,
  [`$JS.API.STREAM.INFO.${REPORTS_STREAM}`]: EVERYONE,
  [`$JS.API.STREAM.MSG.GET.${REPORTS_STREAM}`]: ['gateway', ...SERVICES, 'operator'],
  [`$JS.API.STREAM.CREATE.${REPORTS_STREAM}`]: ['provisioning'],
  [`$JS.API.STREAM.UPDATE.${REPORTS_STREAM}`]: ['provisioning'],
  [`$JS.API.STREAM.DELETE.${REPORTS_STREAM}`]: [],
  [`$JS.API.STREAM.PURGE.${REPORTS_STREAM}`]: [],
  [`$JS.API.STREAM.MSG.DELETE.${REPORTS_STREAM}`]: [],
  '$JS.API.STREAM.CREATE.MINE': [],
  '$JS.API.STREAM.LIST': [],
  [`$JS.API.STREAM.CREATE.${KV}`]: ['provisioning'],
  [`$JS.API.STREAM.PURGE.${KV}`]: [],
  [`$JS.API.STREAM.DELETE.${KV}`]: [],
  '$KV.RATE_LIMITS.some.key': ['gateway'],
  '$KV.OTHER.key': [],
  '$JS.API.CONSUMER.CREATE.REPORTS': [],
  '$JS.API.CONSUMER.CREATE.REPORTS.mapping': [],
  [`$JS.API.CONSUMER.CREATE.REPORTS.mine.${patternOf('ReportReady')}`]: ['operator'],
  ...Object.fromEntries(
    [...SERVICES.map((service) => [service, service] as const), ['scoping-started', 'scoping'] as const].flatMap(
      ([durable, service]): [string, readonly BusUser[]][] => [
        [`$JS.API.CONSUMER.DURABLE.CREATE.REPORTS.${durable}`, [service]],
        [`$JS.API.CONSUMER.MSG.NEXT.REPORTS.${durable}`, [service, 'operator']],
        [`$JS.API.CONSUMER.INFO.REPORTS.${durable}`, ['gateway', service, 'expiry', 'operator']],
        [`$JS.API.CONSUMER.DELETE.REPORTS.${durable}`, ['operator']],
        [`$JS.ACK.REPORTS.${durable}.1.1.1.1.0`, [service]],
      ],
    ),
  ),
  ...Object.fromEntries(
    (['gateway', ...SERVICES] as const).flatMap((service): [string, readonly BusUser[]][] => [
      [`$KV.RELAY_CHECKPOINTS.${service}`, [service, 'operator']],
      [`$JS.API.DIRECT.GET.${KV}.$KV.RELAY_CHECKPOINTS.${service}`, [service, 'operator']],
      [`_INBOX.${service}.answer`, []],
    ]),
  ),
  'any.thing': [],
};

const SUBSCRIBE: Readonly<Record<string, readonly BusUser[]>> = {
  '>': [],
  'reports.v1.>': ['operator'],
  [patternOf('ReportReady')]: ['operator'],
  'progress.v1.>': ['gateway', 'operator'],
  'progress.v1.*.*.waiting': ['gateway', 'scoping', 'operator'],
  '_INBOX.>': [],
  '$KV.>': [],
  '$JS.>': [],
  '$SYS.>': [],
  ...Object.fromEntries(
    EVERYONE.map((user) => [`${inboxPrefixOf(user === 'operator' ? 'evidence' : user)}.>`, [user]]),
  ),
};

describe.each(busUsers)('%s', (user) => {
  it.each([
    ['publish', PUBLISH],
    ['subscribe', SUBSCRIBE],
  ] as const)('may %s where it needs to, and nowhere else', async (operation, tries) => {
    const wanted = Object.keys(tries).filter((subject) => !tries[subject]?.includes(user));
    expect([...(await denied(await as(user), operation, Object.keys(tries)))].toSorted()).toEqual(wanted.toSorted());
  });
});

it('every event type is tried', () => {
  expect(Object.keys(PUBLISH)).toEqual(expect.arrayContaining(reportEventTypes.map(event)));
});

it('expiry may ask how many messages wait for each service', async () => {
  expect(Object.keys(await consumersPending(await as('expiry')))).toEqual(SERVICES);
});

it('the permissions of a service suffice for its consumer, its checkpoint and its events', async () => {
  const nc = await as('scoping');
  const consumer = new DurableConsumer(nc, 'scoping', [patternOf('ReportRequested')]);
  await consumer.open();
  await jetstream(await as('gateway')).publish(event('ReportRequested'), '{}', { msgID: 'one' });
  const message = await consumer.next();
  expect(message?.subject).toBe(event('ReportRequested'));
  message?.acknowledge();
  const jsm = await jetstreamManager(nc);
  await eventually(async () =>
    expect(await jsm.consumers.info(REPORTS_STREAM, 'scoping')).toMatchObject({ num_ack_pending: 0 }),
  );
  await consumer.open();
  const bucket = await openBucket(nc, CHECKPOINTS_BUCKET);
  await bucket.put('scoping', 'here');
  expect((await bucket.get('scoping'))?.string()).toBe('here');
});

it('a service that finds no stream reports how it is created', async () => {
  const bare = await startNatsWithUsers();
  onTestFinished(bare.nats.dispose);
  const nc = await connectNats({
    servers: [bare.nats.url],
    name: 'scoping',
    access: { nkeyFile: bare.users.seedFile('scoping') },
  });
  onTestFinished(() => nc.close());
  const opening = new DurableConsumer(nc, 'scoping', [patternOf('ReportRequested')]).open();
  await expect(opening).rejects.toMatchObject({
    code: 'not_provisioned',
    retryable: true,
    message: expect.stringContaining('evidence provision'),
  });
});

describe('a subscriber of one tenant', () => {
  const subscriber = { tenant: 'umbrella', name: 'crm' };
  const enter = async (password: string) => {
    const url = server.nats.url.replace('://', `://umbrella_crm:${password}@`);
    const nc = await connectNats({ servers: [url], name: 'umbrella_crm' });
    onTestFinished(() => nc.close());
    return nc;
  };
  let password: string;
  beforeAll(async () => {
    password = (await users.add(subscriber)) ?? '';
    server.reload();
  });

  it('receives the events of its tenant durably, with its own consumer, and of no other tenant', async () => {
    const nc = await eventually(() => enter(password));
    const jsm = await jetstreamManager(nc);
    const config = { durable_name: 'umbrella_crm', ack_policy: AckPolicy.Explicit };
    await jsm.consumers.add(REPORTS_STREAM, {
      ...config,
      deliver_policy: DeliverPolicy.All,
      filter_subject: 'reports.v1.umbrella.*.ready',
    });
    await jetstream(await as('renderer')).publish(subjectOf('ReportReady', 'umbrella', REPORT), '{"for":"umbrella"}');
    await jetstream(await as('renderer')).publish(subjectOf('ReportReady', 'globex', REPORT), '{"for":"globex"}');
    const consumer = await jetstream(nc).consumers.get(REPORTS_STREAM, 'umbrella_crm');
    const message = await consumer.next();
    expect(message?.string()).toBe('{"for":"umbrella"}');
    expect(await message?.ackAck()).toBe(true);
    expect(await consumer.next({ expires: 1_000 })).toBeNull();

    for (const filter_subject of ['reports.v1.globex.*.ready', 'reports.v1.*.*.ready', 'reports.v1.>'])
      await expect(jsm.consumers.add(REPORTS_STREAM, { ...config, filter_subject })).rejects.toThrow(/[Pp]ermission/);
    for (const filter_subjects of [['reports.v1.globex.>'], undefined])
      await expect(
        jsm.consumers.add(REPORTS_STREAM, { ...config, ...(filter_subjects && { filter_subjects }) }),
      ).rejects.toThrow(/[Pp]ermission/);
    // The filter in the subject is allowed and the one in the body is not; the server compares them.
    const forged = JSON.stringify({
      stream_name: REPORTS_STREAM,
      config: { ...config, filter_subject: 'reports.v1.globex.>' },
    });
    const answer = await nc.request('$JS.API.CONSUMER.CREATE.REPORTS.umbrella_crm.reports.v1.umbrella.>', forged);
    expect(answer.json()).toMatchObject({ error: { code: 400 } });
  });

  it('can touch nothing of other users, and publish nothing', async () => {
    const own = ['$JS.API.CONSUMER.INFO.REPORTS.umbrella_crm', '$JS.ACK.REPORTS.umbrella_crm.1.1.1.1.0'];
    const tries = Object.keys(PUBLISH).filter((subject) => !subject.startsWith('$JS.API.STREAM.INFO'));
    expect(await denied(await enter(password), 'publish', [...tries, ...own])).toEqual(new Set(tries));
    const inboxes = Object.keys(SUBSCRIBE);
    expect(
      await denied(await enter(password), 'subscribe', [
        ...inboxes,
        '_INBOX.umbrella_crm.>',
        'reports.v1.umbrella.*.ready',
      ]),
    ).toEqual(new Set(inboxes));
  });

  it('is created once, can log in after a restart, and is disconnected when it is removed', async () => {
    expect(await users.add(subscriber)).toBeUndefined();
    await users.ensure();
    await server.nats.stop();
    await server.nats.start();
    const nc = await enter(password);
    expect(await users.subscribers()).toEqual([subscriber]);
    expect(await users.remove(subscriber)).toBe(true);
    expect(await users.remove(subscriber)).toBe(false);
    server.reload();
    await eventually(async () => {
      await expect(nc.rtt()).rejects.toThrow();
      await expect(enter(password)).rejects.toMatchObject({ code: 'nats_refused' });
    });
  });
});
