import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ArtifactStore, openArtifactFolder } from '@evidence/artifacts';
import { tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { DUTIES_SCHEMA } from '../../src/adapters/duties-in-view-file.js';
import { scrubbingInViewFile } from '../../src/adapters/scrubbing-in-view-file.js';
import { Scrubber } from '../../src/shell/scrubber.js';

const MIB = 1024 * 1024;
const TOLD = ['ReportStarted', 'ReportScoped', 'ReportMapped'];

async function scrubbed({ bytesPerMinute = 64 * MIB } = {}) {
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  const db = new DatabaseSync(':memory:');
  db.exec(DUTIES_SCHEMA);
  const artifacts = await openArtifactFolder({ folder: folder.path });
  const read: string[] = [];
  const watched: Pick<ArtifactStore, 'read'> = {
    read(tenant, sha256) {
      read.push(sha256);
      return artifacts.read(tenant, sha256);
    },
  };
  const told: string[] = [];
  const retell = async (reportId: string, type: string) => void told.push(`${reportId} ${type}`);
  let at = Date.parse('2030-01-01T00:00:00Z');
  const logger = { warn: () => undefined };
  const parts = { artifacts: watched, retell, bytesPerMinute, now: () => new Date(at), logger };
  const restarted = () => new Scrubber({ ...parts, kept: scrubbingInViewFile(db) });
  let scrubber = restarted();
  return {
    told,
    read,
    db,
    /** A report that is ready or in another phase, with a blob that is damaged or not. */
    async report(reportId: string, { kind = 'expire', sizeBytes = 10, damaged = false } = {}): Promise<string> {
      const { sha256 } = await artifacts.put('acme', Buffer.alloc(sizeBytes, reportId), 'text/plain');
      db.prepare('insert into duty values (?, ?, ?, 0, 0, 0, 0, ?)').run(reportId, 'acme', kind, reportId);
      db.prepare('insert into blob values (?, ?, ?)').run(reportId, 'acme', sha256);
      if (damaged) await writeFile(join(folder.path, 'acme', sha256.slice(0, 2), sha256), 'damaged');
      return sha256;
    },
    remove: (sha256: string) => artifacts.remove('acme', sha256),
    restart: () => {
      scrubber = restarted();
    },
    /** One round, this many minutes after the last one. */
    after: async (minutes: number) => {
      at += minutes * 60_000;
      await scrubber.work();
    },
  };
}

test('damaged and missing blobs, and only those, cause messages to every stage', async () => {
  const { report, remove, after, told } = await scrubbed();
  await report('rpt_a');
  await report('rpt_b', { damaged: true });
  await remove(await report('rpt_c'));
  await remove(await report('rpt_d', { kind: 'prune' }));
  await remove(await report('rpt_e', { kind: 'give_up' }));
  await after(1);
  expect(told).toEqual(['rpt_b', 'rpt_c'].flatMap((id) => TOLD.map((type) => `${id} ${type}`)));
});

test('there is one pass a day, also across a restart', async () => {
  const { report, after, restart, read } = await scrubbed();
  const [one, other] = [await report('rpt_a'), await report('rpt_b')];
  await after(1);
  await after(1);
  restart();
  await after(60);
  expect(read).toEqual([one, other]);
  await after(24 * 60);
  expect(read).toEqual([one, other, one, other]);
});

test('after a restart, it continues where it was', async () => {
  const { report, after, restart, read } = await scrubbed({ bytesPerMinute: 1 });
  const [one, other] = [await report('rpt_a'), await report('rpt_b')];
  await after(1);
  restart();
  await after(1);
  expect(read).toEqual([one, other]);
});

test('it reads no more than time allows, however long it was idle', async () => {
  const { report, after, read } = await scrubbed({ bytesPerMinute: MIB });
  for (const id of ['a', 'b', 'c', 'd']) await report(`rpt_${id}`, { sizeBytes: 2 * MIB });
  await after(0);
  expect(read).toHaveLength(0);
  await after(600);
  expect(read).toHaveLength(1);
  await after(1);
  expect(read).toHaveLength(1);
  await after(1);
  expect(read).toHaveLength(2);
});

test('switched off, it reads nothing', async () => {
  const { report, after, read } = await scrubbed({ bytesPerMinute: 0 });
  await report('rpt_a');
  await after(60);
  expect(read).toEqual([]);
});

test('a blob that was pruned while it was read causes no message', async () => {
  const { report, remove, after, told, db, read } = await scrubbed();
  const sha256 = await report('rpt_a');
  await remove(sha256);
  // The report expires as soon as its blob is read, between listing and checking it.
  const push = read.push.bind(read);
  read.push = (...names) => {
    db.prepare(`update duty set kind = 'prune'`).run();
    return push(...names);
  };
  await after(1);
  expect(told).toEqual([]);
});

test('a blob whose message could not be sent is checked again', async () => {
  const { report, after, told, read } = await scrubbed();
  await report('rpt_a', { damaged: true });
  const push = told.push.bind(told);
  told.push = () => {
    throw new Error('the bus is away');
  };
  await expect(after(1)).rejects.toThrow('the bus is away');
  told.push = push;
  await after(1);
  expect(told).toHaveLength(3);
  expect(read).toHaveLength(2);
});
