import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { NOBODYS_PORT, tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { freshEnv, processesOn, start } from './start.js';

/** Long before the 60 s in which a system may become ready, and enough for a machine that is busy with other tests. */
const AT_ONCE_MS = 20_000;

/** What the terminal shows of a start with these settings, which must end at once. */
async function refused(settings: NodeJS.ProcessEnv): Promise<string[]> {
  const env = { ...(await freshEnv()), ...settings } as Parameters<typeof start>[0];
  const startedAtMs = performance.now();
  const run = start(env);
  expect(await run.exitCode).toBe(1);
  expect(performance.now() - startedAtMs).toBeLessThan(AT_ONCE_MS);
  expect(await processesOn(env.DATA_DIR)).toEqual([]);
  return run.shown().trimEnd().split('\n');
}

const NOBODY = `127.0.0.1:${NOBODYS_PORT}`;

const BAD: readonly (readonly [string, NodeJS.ProcessEnv, RegExp])[] = [
  ['a number with a unit', { RETENTION_SECONDS: '90d' }, /^ {2}RETENTION_SECONDS is a whole number .*, not "90d"\.$/],
  ['an address that is none', { NATS_URL: 'foo' }, /^ {2}NATS_URL is a URL that starts with nats:\/\/.*, not "foo"\.$/],
  [
    'a store address that is none',
    { EVENT_STORE_URL: 'https://store' },
    /^ {2}EVENT_STORE_URL is kurrentdb:\/\/.*, not "https:\/\/store"\.$/,
  ],
  [
    'a key file that is not there',
    { SIGNING_KEY_FILE: '/nowhere/key.pem', SIGNING_CERTIFICATE_FILE: '/nowhere/certificate.pem' },
    /^ {2}.*\/nowhere\/.*$/,
  ],
  ['half of a key', { SIGNING_KEY_FILE: '/nowhere/key.pem' }, /^ {2}.*set SIGNING_CERTIFICATE_FILE too\.$/],
  [
    'authorities that are not there',
    { TRUSTED_AUTHORITIES_FILE: '/nowhere/ca.pem' },
    /^ {2}TRUSTED_AUTHORITIES_FILE=\/nowhere\/ca\.pem cannot be read \(ENOENT\): correct the path\.$/,
  ],
  ['a level without an authority', { SIGNATURE_LEVEL: 'B-T' }, /^ {2}SIGNATURE_LEVEL=B-T needs TSA_URL/],
  [
    'equal ports',
    { PORT: '15999', NATS_PORT: '15999' },
    /^ {2}PORT and NATS_PORT are both 15999: set one of them to another port\.$/,
  ],
  [
    'a store that is not there',
    { EVENT_STORE_URL: `kurrentdb://admin:changeit@${NOBODY}?tls=false` },
    /^ {2}EVENT_STORE_URL=kurrentdb:\/\/…@127\.0\.0\.1:1\?tls=false cannot be reached \(.*\): start that store, or correct the address\.$/,
  ],
  [
    'a NATS that is not there',
    { NATS_URL: `nats://${NOBODY}` },
    /^ {2}NATS does not answer at nats:\/\/127\.0\.0\.1:1 /,
  ],
  [
    'a data folder where none can be made',
    { DATA_DIR: '/proc/evidence/data' },
    /^ {2}The data folder \/proc\/evidence\/data cannot be written \(\w+\): set DATA_DIR to a folder that can be\.$/,
  ],
];

test.each(BAD)('%s stops the start at once, with one sentence', async (_, settings, sentence) => {
  const shown = await refused(settings);
  expect(shown).toEqual([expect.stringMatching(sentence)]);
});

test('all that is wrong is said at once', async () => {
  const wrong = ['RETENTION_SECONDS', 'NATS_URL', 'PORT', 'SIGNING_KEY_FILE', 'EVENT_STORE_URL', 'DATA_DIR'];
  const settings = {
    ...{ RETENTION_SECONDS: '90d', NATS_URL: 'foo', PORT: 'http', SIGNING_KEY_FILE: '/nowhere/key.pem' },
    ...{ EVENT_STORE_URL: `kurrentdb://${NOBODY}?tls=false`, DATA_DIR: '/proc/evidence' },
  };
  const shown = await refused(settings);
  expect(shown).toHaveLength(wrong.length);
  const text = shown.join('\n').replace('SIGNING_CERTIFICATE_FILE', 'SIGNING_KEY_FILE');
  for (const setting of wrong) expect(text).toContain(setting);
});

test('a store that takes the call and says nothing is given up', async () => {
  const silent = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as { port: number };
  const shown = await refused({ EVENT_STORE_URL: `kurrentdb://127.0.0.1:${port}?tls=false` });
  expect(shown).toEqual([expect.stringContaining('cannot be reached (no answer in 3 s)')]);
});

test('a file that is no key is no key', async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, 'key.pem');
  await writeFile(file, 'no key');
  const shown = await refused({ SIGNING_KEY_FILE: file, SIGNING_CERTIFICATE_FILE: file });
  expect(shown).toHaveLength(1);
});
