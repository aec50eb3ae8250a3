import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { envelop, type ReportReady, streamOf } from '@evidence/contracts';
import { exampleMetadata } from '@evidence/contracts/examples';
import { eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { artifactMakerInThreads, DEFAULT_POOLS } from '../../src/adapters/artifact-maker-in-threads.js';
import { RenderReport } from '../../src/shell/render-report.js';
import type { RenderThreadData } from '../../src/shell/render-thread.js';
import { RestoreArtifact } from '../../src/shell/restore-artifact.js';
import { placeMappedReport, REQUEST, THREAD_FILE } from '../mapped-report.js';

const { eventId: _, schema: __, ...provenance } = exampleMetadata();
const id = (n: number) => `00000000-0000-4000-8000-${n.toString().padStart(12, '0')}`;
const { reportId } = REQUEST;
const stream = streamOf.report(reportId);

/** A ready report in a real log, with its files, whose event is delivered to the renderer repeatedly. */
async function readyReport(format: 'pdf' | 'json') {
  let at = new Date('2026-05-22T10:35:01Z');
  const now = () => at;
  const { config, artifacts, mapped, past, folder, remove } = await placeMappedReport(format, { findings: 3 });
  onTestFinished(remove);
  const store = eventLogOver(openSqliteEventStore({ file: ':memory:', now }));
  await store.append(
    stream,
    'no_stream',
    past.map((event, index) => envelop(id(index), event, provenance)),
  );
  const retold: string[] = [];
  const logger = { info: () => undefined, warn: () => undefined };
  const service = ({ publicUrl = config.publicUrl, keyId }: { publicUrl?: string; keyId?: string } = {}) => {
    const data: RenderThreadData = { config: { ...config, publicUrl }, startedAt: now() };
    const maker = artifactMakerInThreads(THREAD_FILE, data, {
      ...DEFAULT_POOLS,
      standard: { ...DEFAULT_POOLS.standard, threads: 1 },
    });
    onTestFinished(() => maker.close());
    const retell = async (_: string, type: string) => void retold.push(type);
    const keyIdAt = () => keyId ?? known.signature?.keyId;
    const restore = new RestoreArtifact({ store, artifacts, maker, keyIdAt, retell, logger, now });
    const parts = {
      store,
      maker,
      tell: () => undefined,
      retell,
      restore,
      defaultRetentionSeconds: 86_400,
      observe: () => undefined,
      now,
    };
    const renderReport = new RenderReport(parts);
    return () => renderReport.handle({ reportId, tenant: 'acme', eventId: id(3) });
  };
  const known: Partial<ReportReady> = {};
  const events = async () => (await Array.fromAsync(store.readStream(stream))).slice(past.length);
  const hear = service();
  await hear();
  const [first] = await events();
  const ready = first?.data as ReportReady;
  Object.assign(known, ready);
  const fileOf = ({ sha256 }: { readonly sha256: string }) =>
    join(config.artifactsFolder, 'acme', sha256.slice(0, 2), sha256);
  return {
    artifacts,
    folder,
    mapped,
    ready,
    hear,
    service,
    retold,
    fileOf,
    wait: (minutes: number) => {
      at = new Date(at.getTime() + minutes * 60_000);
    },
    told: async () => (await events()).slice(1).map(({ type, data }) => ({ type, ...(data as object) })),
  };
}

test.each(['pdf', 'json'] as const)('missing or damaged files are made again, byte for byte: %s', async (format) => {
  const { artifacts, ready, hear, fileOf, told, wait } = await readyReport(format);
  const { artifact, attestation } = ready;
  const before = await artifacts.get('acme', artifact.sha256);
  await hear();
  expect(await told()).toEqual([]);

  await rm(fileOf(artifact));
  await hear();
  expect(await artifacts.get('acme', artifact.sha256)).toEqual(before);
  expect(await told()).toMatchObject([
    { type: 'ArtifactRestored', how: 'made_again', blobs: [{ kind: 'artifact', sha256: artifact.sha256 }] },
  ]);
  await hear();
  expect(await told()).toHaveLength(1);

  wait(1);
  await writeFile(fileOf(artifact), 'damaged');
  await rm(fileOf(attestation));
  await Promise.all([hear(), hear()]);
  expect(await artifacts.get('acme', artifact.sha256)).toEqual(before);
  expect(await artifacts.sizeOf('acme', attestation.sha256)).toBe(attestation.sizeBytes);
  expect(await told()).toMatchObject([
    { type: 'ArtifactRestored' },
    { type: 'ArtifactRestored', blobs: [{ kind: 'artifact' }, { kind: 'attestation' }] },
  ]);
});

test('a file that cannot be reproduced is recorded as lost once, leaves nothing behind, and is found again when put back', async () => {
  const { artifacts, ready, service, hear, fileOf, told } = await readyReport('pdf');
  const { artifact } = ready;
  const bytes = await artifacts.get('acme', artifact.sha256);
  await rm(fileOf(artifact));

  const withoutKey = service({ keyId: 'another' });
  await withoutKey();
  await withoutKey();
  expect(await told()).toMatchObject([{ type: 'ArtifactLost', missing: 'signing_key' }]);

  await service({ publicUrl: 'https://elsewhere.example' })();
  const [, settings] = (await told()) as { missing?: string; message?: string }[];
  expect(settings?.missing).toBe('settings');
  const [, made = ''] = /SHA-256 ([0-9a-f]{64})/.exec(settings?.message ?? '') ?? [];
  expect(await artifacts.sizeOf('acme', made)).toBeUndefined();
  expect(await artifacts.sizeOf('acme', ready.attestation.sha256)).toBe(ready.attestation.sizeBytes);

  await artifacts.put('acme', bytes, 'application/pdf');
  await hear();
  await hear();
  expect((await told()).slice(2)).toMatchObject([{ type: 'ArtifactRestored', how: 'put_back' }]);
});

test('earlier stages are asked for missing snapshots until it is clear that they cannot rebuild them', async () => {
  const { artifacts, mapped, ready, hear, fileOf, retold, wait, told } = await readyReport('json');
  await rm(fileOf(ready.artifact));
  await artifacts.remove('acme', mapped.snapshot.sha256);
  await expect(hear()).rejects.toMatchObject({ code: 'mapping_snapshot_lost', retryable: true });
  expect(retold).toEqual(['ReportScoped']);
  expect(await told()).toEqual([]);
  wait(6);
  await hear();
  expect(await told()).toMatchObject([{ type: 'ArtifactLost', missing: 'snapshots' }]);
});
