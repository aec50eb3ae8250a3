import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openArtifactFolder } from '@evidence/artifacts';
import { envelop, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { derivedEventId, type EventStore } from '@evidence/event-store';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { tempFolder } from '@evidence/testkit';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checkBackup } from '../src/backup/check.js';
import { ownKeyFiles } from '../src/backup/own-keys.js';
import { restoreBackup } from '../src/backup/restore.js';
import { takeBackup } from '../src/backup/take.js';
import type { Surroundings } from '../src/surroundings.js';
import { backup, restore } from '../src/verbs/backup.js';

const NOON = new Date('2026-11-29T12:00:00Z');
const REPORT = exampleOf('ReportRequested').reportId;
const { tenant } = exampleMetadata();
const { schema: _, eventId: __, ...provenance } = exampleMetadata();

let folder: string;
let dataDir: string;
let store: EventStore;
beforeAll(async () => {
  const temp = await tempFolder();
  folder = temp.path;
  dataDir = join(folder, 'data');
  await mkdir(join(dataDir, 'events'), { recursive: true });
  await mkdir(join(dataDir, 'keys'));
  await writeFile(join(dataDir, 'keys', 'signing-key.pem'), 'a key');
  store = openSqliteEventStore({ file: join(dataDir, 'events', 'events.sqlite'), now: () => NOON });
  await appendReport(store);
  return async () => {
    await store.close();
    await temp.remove();
  };
});

/** A ready report with its blobs. */
async function appendReport(log: EventStore): Promise<void> {
  const artifacts = await openArtifactFolder({ folder: join(dataDir, 'artifacts') });
  const blob = (text: string) => artifacts.put(tenant, Buffer.from(text), 'application/json');
  const scoped = { ...exampleOf('ReportScoped'), reportId: REPORT, snapshot: await blob('{"scope":1}') };
  const ready = { ...exampleOf('ReportReady'), reportId: REPORT };
  const artifact = { ...ready.artifact, ...(await blob('{"artifact":1}')) };
  const attestation = { ...ready.attestation, ...(await blob('{"attestation":1}')) };
  const events = [
    { type: 'ReportScoped', data: scoped },
    { type: 'ReportReady', data: { ...ready, artifact, attestation } },
  ] as const;
  const enveloped = events.map((event) => envelop(derivedEventId(REPORT, event.type), event, provenance));
  await log.append(streamOf.report(REPORT), 'any', enveloped);
}

let backups = 0;
const nextFolder = () => join(folder, `backup-${backups++}`);
async function taken(): Promise<string> {
  const at = nextFolder();
  await takeBackup(dataDir, at, undefined, NOON);
  return at;
}

describe('a backup', () => {
  test('of a log that is being written is complete and consistent', async () => {
    let writing = true;
    const noise = { type: 'Noise', data: { text: 'x'.repeat(2_000) }, metadata: {} };
    const writer = (async () => {
      for (let n = 0; writing; n++)
        await store.append(`noise-${n}`, 'any', [{ id: derivedEventId(REPORT, `${n}`), ...noise }]);
    })();
    const at = await taken();
    writing = false;
    await writer;
    expect(await checkBackup(at, undefined)).toMatchObject({ missing: [], reports: 1 });
    expect((await readdir(at)).toSorted()).toEqual(['artifacts', 'backup.json', 'events.sqlite']);
  });

  test('that exists is updated with what is new', async () => {
    const at = await taken();
    const artifacts = await openArtifactFolder({ folder: join(dataDir, 'artifacts') });
    await artifacts.put(tenant, Buffer.from('new'), 'application/json');
    expect(await takeBackup(dataDir, at, undefined, NOON)).toMatchObject({ artifactsCopied: 1 });
  });

  test('has the keys in a separate folder, or not at all', async () => {
    const [at, keys] = [nextFolder(), nextFolder()];
    expect(await takeBackup(dataDir, at, keys, NOON)).toMatchObject({ keyFiles: 1 });
    expect(await readFile(join(keys, 'keys', 'signing-key.pem'), 'utf8')).toBe('a key');
    expect(await checkBackup(at, keys)).toMatchObject({ missing: [] });
    await rm(join(keys, 'keys'), { recursive: true });
    expect(await checkBackup(at, keys)).toMatchObject({ missing: [`The folder ${keys} has no keys.`] });
    await expect(takeBackup(dataDir, nextFolder(), join(at, 'keys'), NOON)).resolves.toBeDefined();
    await expect(takeBackup(dataDir, at, join(at, 'keys'), NOON)).rejects.toThrow('Keys must be kept apart');
  });

  describe('of signing keys that are not in the data folder', () => {
    const list = (certificateFile: string) => JSON.stringify({ keys: [{ certificateFile, privateKey: KEY }] });
    const KEY = { pkcs12File: '2027/key.p12', passphraseFile: 'passphrase' };
    let own: string;
    beforeAll(async () => {
      own = join(folder, 'own');
      await mkdir(join(own, '2027'), { recursive: true });
      await writeFile(join(own, 'keys.json'), list('2027/certificate.pem'));
      for (const name of ['2027/certificate.pem', ...Object.values(KEY)]) await writeFile(join(own, name), name);
    });

    test('has the list with its files, and a restore puts them into the data folder', async () => {
      const [at, keys, target] = [nextFolder(), nextFolder(), nextFolder()];
      const said: string[] = [];
      const write = (text: string) => void said.push(text);
      const around = { root: folder, now: () => NOON, stdout: { write }, stderr: { write } } as unknown as Surroundings;
      const env = { SIGNING_KEYS_FILE: join(own, 'keys.json') };
      await backup(at, { keys }, { ...around, env: { ...env, DATA_DIR: dataDir } });
      expect(said.pop()).toContain('5 key files');
      await restore(at, { keys }, { ...around, env: { DATA_DIR: target } });
      expect(said[0]).toContain(`Your own signing keys were restored to ${join(target, 'signing-keys')}. Set SIGNING_`);
      expect(said[1]).toContain('5 key files');
      for (const name of ['keys.json', '2027/certificate.pem', '2027/key.p12', 'passphrase'])
        expect(await readFile(join(target, 'signing-keys', name))).toEqual(await readFile(join(own, name)));
    });

    test('has a key and its certificate', async () => {
      const env = { SIGNING_KEY_FILE: join(own, 'key.pem'), SIGNING_CERTIFICATE_FILE: join(own, 'certificate.pem') };
      const to = (await ownKeyFiles(dataDir, env)).map((file) => file.to);
      expect(to).toEqual(['signing-keys/key.pem', 'signing-keys/certificate.pem']);
    });

    test('has nothing to add if they are in the data folder', async () => {
      const env = { SIGNING_KEY_FILE: join(dataDir, 'keys', 'signing-key.pem') };
      expect(await ownKeyFiles(dataDir, env)).toEqual([]);
    });

    test.each(['/etc/certificate.pem', '../certificate.pem'])('is refused if the list names %s', async (name) => {
      const file = join(own, 'elsewhere.json');
      await writeFile(file, list(name));
      await expect(ownKeyFiles(dataDir, { SIGNING_KEYS_FILE: file })).rejects.toThrow(
        `The signing keys cannot be copied, because ${file} (SIGNING_KEYS_FILE) lists ${name}, which is not in its folder`,
      );
    });

    test('is refused if the list is missing', async () => {
      const file = join(own, 'nowhere.json');
      await expect(ownKeyFiles(dataDir, { SIGNING_KEYS_FILE: file })).rejects.toThrow(`${file}, which is needed`);
    });
  });

  test('is not made inside the data folder, nor over other files', async () => {
    await expect(takeBackup(dataDir, join(dataDir, 'backup'), undefined, NOON)).rejects.toThrow(
      'is inside the data folder',
    );
    const at = nextFolder();
    await mkdir(at);
    await writeFile(join(at, 'letter.txt'), 'Dear auditor');
    await expect(takeBackup(dataDir, at, undefined, NOON)).rejects.toThrow('is neither empty nor a backup');
  });
});

const events = (at: string) => join(at, 'events.sqlite');
const manifestOf = async (at: string) => JSON.parse(await readFile(join(at, 'backup.json'), 'utf8'));
const change = async (at: string, changed: object) =>
  writeFile(join(at, 'backup.json'), JSON.stringify({ ...(await manifestOf(at)), ...changed }));

async function blobs(at: string): Promise<string[]> {
  const entries = await readdir(join(at, 'artifacts'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

describe('the check of a backup', () => {
  test.each<[string, (at: string) => Promise<unknown>]>([
    ['made by a newer release (format 9', (at) => change(at, { format: 9 })],
    ['is not a complete backup', (at) => rm(join(at, 'backup.json'))],
    ['backup.json is damaged', (at) => writeFile(join(at, 'backup.json'), '{')],
  ])('refuses one that is %s', async (sentence, breach) => {
    const at = await taken();
    await breach(at);
    await expect(checkBackup(at, undefined)).rejects.toThrow(sentence);
    await expect(restoreBackup(nextFolder(), at, { keys: undefined, replace: false }, NOON)).rejects.toThrow(sentence);
  });

  test.each<[string, (at: string) => Promise<unknown>]>([
    ['The log is missing', (at) => rm(events(at))],
    ['The log is truncated', async (at) => truncate(events(at), 40_000)],
    [
      'The log is damaged: ',
      async (at) => {
        const bytes = await readFile(events(at));
        await writeFile(events(at), bytes.fill(0x2a, 4_096, 4_160));
      },
    ],
    [
      'The log was changed since the backup',
      async (at) => change(at, { events: { ...(await manifestOf(at)).events, sha256: '0'.repeat(64) } }),
    ],
  ])('says “%s”, and such a log is not restored', async (sentence, breach) => {
    const at = await taken();
    await breach(at);
    expect((await checkBackup(at, undefined)).missing).toEqual([expect.stringContaining(sentence)]);
    const target = nextFolder();
    await expect(restoreBackup(target, at, { keys: undefined, replace: false }, NOON)).rejects.toThrow(
      'Nothing was restored.',
    );
    await expect(readdir(target)).rejects.toThrow('ENOENT');
  });

  test.each<[string, (blob: string) => Promise<unknown>]>([
    ['is missing', (blob) => rm(blob)],
    ['is damaged', (blob) => writeFile(blob, 'x')],
  ])('lists each artifact that %s, and notes a snapshot', async (wrong, breach) => {
    const at = nextFolder();
    await cp(await taken(), at, { recursive: true });
    for (const blob of await blobs(at)) await breach(blob);
    const { missing, notes } = await checkBackup(at, undefined);
    expect(missing).toEqual([
      expect.stringContaining(`The artifact of ${REPORT} ${wrong} (${tenant}, `),
      expect.stringContaining(`The attestation of ${REPORT} ${wrong} (${tenant}, `),
    ]);
    expect(notes.join('\n')).toContain(`A snapshot of ${REPORT} ${wrong}`);
  });
});

test('a restore to an empty folder, and over an existing log, which it moves aside', async () => {
  const [at, keys, target] = [nextFolder(), nextFolder(), nextFolder()];
  await takeBackup(dataDir, at, keys, NOON);
  const quiet = { keys, replace: false };
  const first = await restoreBackup(target, at, quiet, NOON);
  expect(first).toMatchObject({ keyFiles: 1, missing: [] });
  const restored = openSqliteEventStore({ file: join(target, 'events', 'events.sqlite'), now: () => NOON });
  onTestFinished(() => restored.close());
  const types: string[] = [];
  for await (const { type } of restored.readStream(streamOf.report(REPORT))) types.push(type);
  expect(types).toEqual(['ReportScoped', 'ReportReady']);
  await mkdir(join(target, 'views'), { recursive: true });
  await expect(restoreBackup(target, at, quiet, NOON)).rejects.toThrow('--replace');
  const again = await restoreBackup(target, at, { keys, replace: true }, NOON);
  expect(again.before).toContain('events.before-2026-11-29T12-00-00-000Z');
  expect(await readdir(target)).not.toContain('views');
});
