import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventStoreUrlIn, natsAccessIn } from '../src/access.js';

let folder: string;
let passwordFile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-'));
  passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, 'p@ss/w:rd#1%\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const ENCODED = 'p%40ss%2Fw%3Ard%231%25';

describe('eventStoreUrlIn', () => {
  it('leaves an address unchanged if there is nothing to add', () => {
    const EVENT_STORE_URL = 'kurrentdb://admin:changeit@a:2113,b?tls=true';
    expect(eventStoreUrlIn({ EVENT_STORE_URL })).toEqual({ value: EVENT_STORE_URL });
    expect(eventStoreUrlIn({ EVENT_STORE_URL: '' }, 'kurrentdb://here')).toEqual({ value: 'kurrentdb://here' });
  });

  it('adds login, authority and certificate where the client reads them', () => {
    const env = {
      EVENT_STORE_URL: 'kurrentdb+discover://cluster.example:2113?nodePreference=leader',
      EVENT_STORE_USER: 'evidence',
      EVENT_STORE_PASSWORD_FILE: passwordFile,
      EVENT_STORE_CA_FILE: '/run/secrets/ca.pem',
      EVENT_STORE_CERTIFICATE_FILE: '/run/secrets/user.pem',
      EVENT_STORE_KEY_FILE: '/run/secrets/user key.pem',
    };
    expect(eventStoreUrlIn(env)).toEqual({
      value: `kurrentdb+discover://evidence:${ENCODED}@cluster.example:2113?nodePreference=leader&tlsCaFile=%2Frun%2Fsecrets%2Fca.pem&userCertFile=%2Frun%2Fsecrets%2Fuser.pem&userKeyFile=%2Frun%2Fsecrets%2Fuser%20key.pem`,
    });
    expect(
      eventStoreUrlIn({ EVENT_STORE_URL: 'kurrentdb://admin:changeit@a', EVENT_STORE_CA_FILE: '/ca.pem' }),
    ).toEqual({ value: 'kurrentdb://admin:changeit@a?tlsCaFile=%2Fca.pem' });
  });

  const USER = { EVENT_STORE_USER: 'evidence' };
  it.each([
    [{ ...USER }, 'EVENT_STORE_USER needs EVENT_STORE_PASSWORD_FILE: set both, or neither.'],
    [
      { EVENT_STORE_KEY_FILE: '/key' },
      'EVENT_STORE_KEY_FILE needs EVENT_STORE_CERTIFICATE_FILE: set both, or neither.',
    ],
    [
      { ...USER, EVENT_STORE_PASSWORD_FILE: '/nowhere' },
      'EVENT_STORE_PASSWORD_FILE=/nowhere cannot be read (ENOENT): correct the path.',
    ],
    [
      { EVENT_STORE_URL: 'kurrentdb://a?tls=false', EVENT_STORE_CA_FILE: '/ca.pem' },
      expect.stringContaining('tls=false'),
    ],
    [
      { EVENT_STORE_URL: 'kurrentdb://admin:hunter2@hunter2@a', EVENT_STORE_CA_FILE: '/ca.pem' },
      expect.stringMatching(/^EVENT_STORE_URL must be kurrentdb:\/\/<host>:<port>[^@]*$/),
    ],
  ])('refuses %j in one sentence, without a password', (env, sentence) => {
    expect(eventStoreUrlIn({ EVENT_STORE_URL: 'kurrentdb://a', ...env })).toEqual({ problems: [sentence] });
  });

  it('refuses two logins', () => {
    const env = { EVENT_STORE_URL: 'kurrentdb://admin:hunter2@a', ...USER, EVENT_STORE_PASSWORD_FILE: passwordFile };
    const problems = ['EVENT_STORE_USER and a login in EVENT_STORE_URL are two logins: keep one of them.'];
    expect(eventStoreUrlIn(env)).toEqual({ problems });
  });
});

describe('natsAccessIn', () => {
  it('reads the variables that are set, and nothing from an empty environment', () => {
    expect(natsAccessIn({})).toEqual({ value: {} });
    expect(
      natsAccessIn({ NATS_CREDS_FILE: '/run/secrets/nats.creds', NATS_CA_FILE: '/ca.pem', NATS_USER: ' ' }),
    ).toEqual({
      value: { credsFile: '/run/secrets/nats.creds', caFile: '/ca.pem' },
    });
    const pairs = { NATS_USER: 'scoping', NATS_PASSWORD_FILE: '/p', NATS_CERTIFICATE_FILE: '/c', NATS_KEY_FILE: '/k' };
    expect(natsAccessIn(pairs)).toEqual({
      value: { user: 'scoping', passwordFile: '/p', certificateFile: '/c', keyFile: '/k' },
    });
  });

  it.each([
    [{ NATS_CREDS_FILE: '/a', NATS_NKEY_FILE: '/b' }, 'NATS_CREDS_FILE and NATS_NKEY_FILE are two logins'],
    [
      { NATS_CREDS_FILE: '/a', NATS_URL: 'nats://me:hunter2@a' },
      'NATS_CREDS_FILE and a login in NATS_URL are two logins',
    ],
    [{ NATS_USER: 'me' }, 'NATS_USER needs NATS_PASSWORD_FILE'],
    [{ NATS_CERTIFICATE_FILE: '/c' }, 'NATS_CERTIFICATE_FILE needs NATS_KEY_FILE'],
  ])('refuses %j', (env, sentence) => {
    expect(natsAccessIn(env)).toEqual({ problems: [expect.stringContaining(sentence)] });
  });
});
