import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { NOBODYS_PORT, tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { freshEnv, processesOn, start } from './start.js';

/** Well below the 60 s in which a system may become ready, but enough for a machine that is busy with other tests. */
const AT_ONCE_MS = 20_000;

/** What the terminal shows of a start with these settings, which must fail at once. */
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
  [
    'a number with a unit',
    { RETENTION_SECONDS: '90d' },
    /^ {2}RETENTION_SECONDS must be a whole number .*, not "90d"\.$/,
  ],
  [
    'an address that is none',
    { NATS_URL: 'foo' },
    /^ {2}NATS_URL must be a URL that starts with nats:\/\/.*, not "foo"\.$/,
  ],
  [
    'a store address that is none',
    { EVENT_STORE_URL: 'https://store' },
    /^ {2}EVENT_STORE_URL must be kurrentdb:\/\/.* or sqlite:<file>\.$/,
  ],
  [
    'a key file that is not there',
    { SIGNING_KEY_FILE: '/nowhere/key.pem', SIGNING_CERTIFICATE_FILE: import.meta.filename },
    /^ {2}SIGNING_KEY_FILE=\/nowhere\/key\.pem cannot be read \(ENOENT\): correct the path\.$/,
  ],
  ['half of a key', { SIGNING_KEY_FILE: import.meta.filename }, /^ {2}.*set SIGNING_CERTIFICATE_FILE too\.$/],
  ['a key list that is not there', { SIGNING_KEYS_FILE: '/nowhere/keys' }, /^ {2}SIGNING_KEYS_FILE=.*correct the path/],
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
    'a health port without room for the workers',
    { HEALTH_PORT: '65533' },
    /^ {2}HEALTH_PORT=65533 leaves no room for the 4 ports that follow it: set it to a whole number from 1 to 65531\.$/,
  ],
  [
    'a host that is none',
    { HOST: 'nowhere.invalid' },
    /^ {2}HOST=nowhere\.invalid is not an address of this machine \(/,
  ],
  [
    'a health host of another machine',
    { HEALTH_PORT: '15990', HEALTH_HOST: '203.0.113.7' },
    /^ {2}HEALTH_HOST=203\.0\.113\.7 is not an address of this machine \(EADDRNOTAVAIL\): /,
  ],
  [
    'a trace collector that is none',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'foo' },
    /^ {2}OTEL_EXPORTER_OTLP_ENDPOINT must be a URL/,
  ],
  ['a public URL that is none', { PUBLIC_URL: 'here' }, /^ {2}PUBLIC_URL must be a URL that starts with http:\/\/ or /],
  ['a switch that is none', { LOG_TO_TERMINAL: 'yes' }, /^ {2}LOG_TO_TERMINAL=yes is neither 0 nor 1: /],
  ['a health port that is none', { HEALTH_PORT: 'on' }, /^ {2}HEALTH_PORT=on is not a port: /],
  [
    'a health port of a worker that is taken by the gateway',
    { PORT: '15999', HEALTH_PORT: '15997' },
    /^ {2}PORT and HEALTH_PORT \+ 2 are both 15999: set one of them to another port\.$/,
  ],
  [
    'a store that is not there',
    { EVENT_STORE_URL: `kurrentdb://admin:changeit@${NOBODY}?tls=false` },
    /^ {2}EVENT_STORE_URL=kurrentdb:\/\/…@127\.0\.0\.1:1\?tls=false cannot be reached \(no response\): start that store, or correct the address\.$/,
  ],
  [
    'a NATS that is not there',
    { NATS_URL: `nats://${NOBODY}` },
    /^ {2}NATS at nats:\/\/127\.0\.0\.1:1 did not respond within /,
  ],
  [
    'a data folder where none can be made',
    { DATA_DIR: '/proc/evidence/data' },
    /^ {2}The data folder \/proc\/evidence\/data is not writable \(\w+\): set DATA_DIR to a folder that is\.$/,
  ],
];

test.each(BAD)('%s makes the start fail at once, with one sentence', async (_, settings, sentence) => {
  const shown = await refused(settings);
  expect(shown).toEqual([expect.stringMatching(sentence)]);
});

test('all wrong settings are reported at once', async () => {
  const settings = {
    ...{ RETENTION_SECONDS: '90d', NATS_URL: 'foo', PORT: 'http', DATA_DIR: '/proc/evidence', HOST: 'nowhere.invalid' },
    ...{ SIGNING_KEY_FILE: '/nowhere/key.pem', SIGNING_CERTIFICATE_FILE: '/nowhere/certificate.pem' },
    ...{ EVENT_STORE_URL: `kurrentdb://${NOBODY}?tls=false`, PUBLIC_URL: 'here', CORS_ORIGINS: 'bar' },
    ...{ TRUSTED_PROXIES: 'foo', OIDC_ISSUER: 'https://issuer.example', SIGNATURE_LEVEL: 'B-T' },
  };
  const shown = await refused(settings);
  expect(shown).toHaveLength(Object.keys(settings).length);
  for (const setting of Object.keys(settings)) expect(shown.join('\n')).toContain(setting);
});

const PASSWORD = 's3cr3t';

test.each([
  { EVENT_STORE_URL: `https://admin:${PASSWORD}@store` },
  { EVENT_STORE_URL: `admin:${PASSWORD}@store` },
  { EVENT_STORE_URL: `kurrentdb://admin:x/${PASSWORD}@store:2113` },
  { EVENT_STORE_URL: `kurrentdb://admin:x@${PASSWORD}@${NOBODY}?tls=false` },
  { EVENT_STORE_URL: `kurrentdb://admin:${PASSWORD}@store:2113:99` },
  { NATS_URL: `nats://me:x@${PASSWORD}@${NOBODY}` },
  { NATS_URL: `me:${PASSWORD}@host:4222` },
  { PUBLIC_URL: `https://me:${PASSWORD}@reports.example` },
  { PUBLIC_NATS_URL: `http://me:${PASSWORD}@bus` },
] as NodeJS.ProcessEnv[])('a password in a wrong address is never shown: %j', async (settings) => {
  const [setting = ''] = Object.keys(settings);
  const shown = await refused(settings);
  expect(shown).toEqual([expect.stringContaining(setting.startsWith('NATS') ? 'NATS' : setting)]);
  expect(shown.join('')).not.toContain(PASSWORD);
});

test('every port that is in use is named', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    taken.close();
    other.close();
  });
  const [port, natsPort] = [taken, other].map((server) => `${(server.address() as { port: number }).port}`);
  const shown = await refused({ PORT: port, NATS_PORT: natsPort });
  expect(shown).toEqual([expect.stringContaining(`set PORT to`), expect.stringContaining('set NATS_PORT to')]);
});

test('a store that accepts the connection but does not respond is given up', async () => {
  const silent = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as { port: number };
  const shown = await refused({ EVENT_STORE_URL: `kurrentdb://127.0.0.1:${port}?tls=false` });
  expect(shown).toEqual([expect.stringContaining('cannot be reached (no response within 3 s)')]);
});

test('a file that contains no key is refused as a key', async () => {
  await using folder = await tempFolder();
  const file = join(folder.path, 'key.pem');
  await writeFile(file, 'no key');
  const shown = await refused({ SIGNING_KEY_FILE: file, SIGNING_CERTIFICATE_FILE: file });
  expect(shown).toHaveLength(1);
});
