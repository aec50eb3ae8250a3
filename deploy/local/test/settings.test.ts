import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { settingsFrom } from '../src/settings.js';

const refusalOf = (env: NodeJS.ProcessEnv) => {
  try {
    settingsFrom(env, '/repo');
    return undefined;
  } catch (failure) {
    return failure;
  }
};

test('an empty environment gives the documented defaults, inside the repository', () => {
  expect(settingsFrom({}, '/repo')).toEqual({
    dataDir: '/repo/.data',
    port: 8080,
    host: '127.0.0.1',
    natsPort: 4222,
    eventStorePort: 2113,
    logToTerminal: false,
  });
});

test('an empty value counts as absent', () => {
  expect(settingsFrom({ PORT: '', NATS_URL: '', DATA_DIR: '' }, '/repo')).toEqual(settingsFrom({}, '/repo'));
});

test('servers that run elsewhere are used as configured', () => {
  const env = { NATS_URL: 'nats://one:4222', EVENT_STORE_URL: 'kurrentdb://two:2113' };
  expect(settingsFrom(env, '/repo')).toMatchObject({
    natsUrl: 'nats://one:4222',
    eventStoreUrl: 'kurrentdb://two:2113',
  });
});

test('their logins are used as configured too, with absolute paths', () => {
  const env = {
    NATS_URL: 'tls://one:4222',
    NATS_CREDS_FILE: 'secrets/nats.creds',
    EVENT_STORE_URL: 'kurrentdb://two:2113',
    EVENT_STORE_CA_FILE: '/ca.pem',
  };
  expect(settingsFrom(env, '/repo')).toMatchObject({
    natsAccess: { credsFile: resolve('secrets/nats.creds') },
    eventStoreUrl: 'kurrentdb://two:2113?tlsCaFile=%2Fca.pem',
  });
  expect(refusalOf({ ...env, NATS_NKEY_FILE: 'secrets/user.nk', EVENT_STORE_KEY_FILE: '/k' })).toMatchObject({
    message: expect.stringMatching(/^NATS_CREDS_FILE and NATS_NKEY_FILE .*\nEVENT_STORE_KEY_FILE needs /),
  });
});

test.each(['http', '0', '70000', '80.5', '-1'])('a port of %s is refused, naming its variable', (given) => {
  expect(refusalOf({ NATS_PORT: given })).toMatchObject({
    code: 'invalid_setting',
    message: `NATS_PORT=${given} is not a port: set it to a whole number from 1 to 65535.`,
  });
});

test('two parts cannot share a port; the port of a server that runs elsewhere does not count', () => {
  expect(refusalOf({ PORT: '9000', NATS_PORT: '9000' })).toMatchObject({
    message: 'PORT and NATS_PORT are both 9000: set one of them to another port.',
  });
  expect(refusalOf({ PORT: '9000', NATS_PORT: '9000', NATS_URL: 'nats://one:4222' })).toBeUndefined();
});
