import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tempFolder } from '@evidence/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { Logins } from '../src/logins.js';

async function dataDir(): Promise<string> {
  const folder = await tempFolder();
  onTestFinished(folder.remove);
  return folder.path;
}

test('each program uses its own login for the servers that run here', async () => {
  const path = await dataDir();
  const logins = new Logins({ dataDir: path, eventStorePort: 2113 });
  await logins.ensure(new Date());
  const [scoping, mapping] = [logins.env('scoping'), logins.env('mapping')];
  expect(scoping.EVENT_STORE_URL).toMatch(/^kurrentdb:\/\/scoping:[\w-]{43}@localhost:2113\?tlsCaFile=/);
  expect(scoping.NATS_NKEY_FILE).toBe(join(path, 'credentials', 'nats', 'scoping.nk'));
  expect(Object.values(scoping).some((value) => Object.values(mapping).includes(value))).toBe(false);
  // The operator's credentials are for the operator's own servers, not for those that run here.
  const env = { NATS_CREDS_FILE: '/my.creds', EVENT_STORE_USER: 'me', EVENT_STORE_PASSWORD_FILE: '/p', PATH: '/bin' };
  expect(logins.without(env)).toEqual({ PATH: '/bin' });
});

test("the operator's own servers get the configured login, and none of our credentials", async () => {
  const path = await dataDir();
  const own = { natsUrl: 'tls://nats.example', natsAccess: { credsFile: '/my.creds' } };
  const logins = new Logins({ dataDir: path, eventStorePort: 2113, eventStoreUrl: 'kurrentdb://db.example', ...own });
  await logins.ensure(new Date());
  expect(await readdir(path)).toEqual([]);
  for (const name of ['gateway', 'operator'] as const) {
    expect(logins.env(name)).toEqual({ EVENT_STORE_URL: 'kurrentdb://db.example' });
    expect(logins.natsAccess(name)).toEqual({ credsFile: '/my.creds' });
  }
  expect(logins.without({ NATS_CREDS_FILE: '/my.creds' })).toEqual({ NATS_CREDS_FILE: '/my.creds' });
});
