import { eventually, NOBODYS_PORT } from '@evidence/testkit';
import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MESSAGE_BYTES_MAX } from '../src/cloudevents.js';
import { connectNats } from '../src/connection.js';
import { consumersListening } from '../src/readiness.js';
import { ensureReportsStream } from '../src/stream.js';
import { REPORTS_STREAM, REPORTS_SUBJECTS } from '../src/subjects.js';
import { World } from './world.js';

describe('connectNats', () => {
  it('reports in one sentence that no server responds, without the password', async () => {
    const servers = [`nats://me:hunter2@127.0.0.1:${NOBODYS_PORT}`];
    const failure = await connectNats({ servers, name: 'test', deadlineMs: 100 }).catch((error) => error);
    expect(failure).toMatchObject({ code: 'nats_unreachable' });
    expect(failure.message).toContain('NATS_URL');
    expect(JSON.stringify([failure.message, failure.facts])).not.toContain('hunter2');
  });

  it('waits for a server that is still starting', async () => {
    const world = await World.open();
    await world.nats.stop();
    const connecting = connectNats({ servers: [world.nats.url], name: 'test' });
    await world.nats.start();
    const nc = await connecting;
    onTestFinished(() => nc.close());
    expect(nc.isClosed()).toBe(false);
  });
});

describe('ensureReportsStream', () => {
  it('creates the stream once, and leaves it unchanged afterwards', async () => {
    const nc = await (await World.open()).connect();
    const first = await ensureReportsStream(nc);
    const second = await ensureReportsStream(nc);
    expect(second.created).toBe(first.created);
    expect(second.config).toMatchObject({
      storage: 'file',
      retention: 'limits',
      discard: 'old',
      subjects: [REPORTS_SUBJECTS],
    });
  });

  it('lets no user delete or purge messages, not even one that may do everything else', async () => {
    const nc = await (await World.open()).connect();
    await ensureReportsStream(nc);
    await jetstream(nc).publish('reports.v1.acme.rpt.ready', '{}');
    const jsm = await jetstreamManager(nc);
    await expect(jsm.streams.purge(REPORTS_STREAM)).rejects.toThrow(/purge/);
    await expect(jsm.streams.deleteMessage(REPORTS_STREAM, 1)).rejects.toThrow(/delete/);
    await expect(jsm.streams.update(REPORTS_STREAM, { deny_purge: false })).rejects.toThrow(/deny/);
    expect((await jsm.streams.info(REPORTS_STREAM)).state.messages).toBe(1);
  });

  it('updates a stream of an earlier version', async () => {
    const nc = await (await World.open()).connect();
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({ name: REPORTS_STREAM, subjects: ['reports.v0.>'], max_msg_size: 100 });
    const { config } = await ensureReportsStream(nc);
    expect(config.subjects).toEqual([REPORTS_SUBJECTS]);
    expect(config.max_msg_size).toBeGreaterThan(MESSAGE_BYTES_MAX);
    expect(config).toMatchObject({ deny_purge: true, deny_delete: true });
  });

  it('refuses a stream that cannot be updated as required', async () => {
    const nc = await (await World.open()).connect();
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({ name: REPORTS_STREAM, subjects: [REPORTS_SUBJECTS], storage: StorageType.Memory });
    await expect(ensureReportsStream(nc)).rejects.toMatchObject({ code: 'stream_misconfigured' });
  });
});

describe('consumersListening', () => {
  it('reports which services listen, and which no longer do', async () => {
    const world = await World.open();
    const { nc } = await world.gateway();
    const nobody = { scoping: false, mapping: false, renderer: false, expiry: false };
    expect(await consumersListening(nc)).toEqual(nobody);
    const mapping = await world.service('mapping', 'ReportScoped', async () => {});
    await eventually(async () => expect(await consumersListening(nc)).toEqual({ ...nobody, mapping: true }));
    await mapping.close();
    await eventually(async () => expect(await consumersListening(nc)).toEqual(nobody));
  });
});
