import { join } from 'node:path';
import { connectNats, provision } from '@evidence/bus/provision';
import type { BusUser } from '@evidence/bus/users';
import { handOut } from '@evidence/installation';
import { eventually, REPOSITORY, type TempFolder, tempFolder } from '@evidence/testkit';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { GenericContainer, Network, type StartedNetwork, type StartedTestContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canHave, docker, NATS_IMAGE, sayUnless } from './engine.js';

const SERVERS = ['nats-0', 'nats-1', 'nats-2'] as const;
const CLIENT_PORT = 4222;
/** The number of messages before the leader is killed, and again afterwards. */
const MESSAGES = 50;
const REPORT = 'rpt_2026_00000000000000000000000000';
const isHere = await canHave(NATS_IMAGE);

describe.runIf(isHere)('three NATS servers, as deploy/ configures them', () => {
  let folder: TempFolder;
  let network: StartedNetwork;
  const servers = new Map<string, StartedTestContainer>();

  beforeAll(async () => {
    folder = await tempFolder();
    await handOut(
      folder.path,
      SERVERS.map((name) => `${name}.nats`),
      new Date(),
    );
    network = await new Network().start();
    const started = SERVERS.map(async (name) => servers.set(name, await start(name)));
    await Promise.all(started);
    const nc = await enterAs('provisioning');
    await eventually(() => provision(nc, SERVERS.length), { timeoutMs: 60_000 });
    await nc.close();
  });
  afterAll(async () => {
    for (const server of servers.values()) await server.stop({ removeVolumes: true });
    await network?.stop();
    await folder?.remove();
  });

  function start(name: string): Promise<StartedTestContainer> {
    const credentials = ['users.conf', 'server.pem', 'server.key', 'nats-ca.pem'];
    return new GenericContainer(NATS_IMAGE)
      .withCommand(['--config', '/etc/nats/nats.conf'])
      .withEnvironment({ NATS_NAME: name })
      .withNetwork(network)
      .withNetworkAliases(`${name}.nats`)
      .withTmpFs({ '/data': '' })
      .withCopyFilesToContainer([
        { source: join(REPOSITORY, 'deploy', 'kubernetes', 'nats', 'nats.conf'), target: '/etc/nats/nats.conf' },
        ...credentials.map((file) => ({ source: join(folder.path, 'nats', file), target: `/credentials/${file}` })),
      ])
      .withExposedPorts(CLIENT_PORT)
      .withWaitStrategy(Wait.forLogMessage('Server is ready'))
      .start();
  }

  function enterAs(user: BusUser): Promise<NatsConnection> {
    const urls = [...servers.values()].map((server) => `tls://localhost:${server.getMappedPort(CLIENT_PORT)}`);
    const at = (name: string) => join(folder.path, user, name);
    return connectNats({ servers: urls, name: user, access: { nkeyFile: at('nats.nk'), caFile: at('nats-ca.pem') } });
  }

  test('refuse clients without TLS and clients without a key', async () => {
    const caFile = join(folder.path, 'gateway', 'nats-ca.pem');
    for (const server of servers.values())
      for (const access of [{ caFile }, {}]) {
        const url = `tls://localhost:${server.getMappedPort(CLIENT_PORT)}`;
        await expect(connectNats({ servers: [url], access, name: 'nobody', deadlineMs: 20_000 })).rejects.toMatchObject(
          { code: 'nats_refused' },
        );
      }
  });

  /** The last test: it leaves one server dead. */
  test('keep every acknowledged message when the leader of the stream is killed', async () => {
    const gateway = await enterAs('gateway');
    const stream = async () => (await jetstreamManager(gateway)).streams.info('REPORTS');
    const tell = (n: number) =>
      eventually(() => jetstream(gateway).publish(`reports.v1.acme.${REPORT}.requested`, 'x', { msgID: `m-${n}` }), {
        timeoutMs: 30_000,
      });

    for (let n = 0; n < MESSAGES; n += 1) await tell(n);
    const before = await stream();
    expect([before.config.num_replicas, before.state.messages]).toEqual([SERVERS.length, MESSAGES]);
    const leader = before.cluster?.leader ?? '';
    expect(SERVERS).toContain(leader);
    await docker('kill', servers.get(leader)?.getId() ?? '');
    for (let n = MESSAGES; n < 2 * MESSAGES; n += 1) await tell(n);
    const after = await eventually(stream, { timeoutMs: 30_000 });
    expect(after.state.messages).toBe(2 * MESSAGES);
    expect(after.cluster?.leader).not.toBe(leader);
    await gateway.close();
  });
});

sayUnless(isHere, `${NATS_IMAGE} cannot be had here, so no cluster was started`);
