import { join } from 'node:path';
import { sha256Of } from '@evidence/contracts';
import { openKurrentEventStore } from '@evidence/event-store/kurrent';
import { ensureStoreCredentials, storeCredentials } from '@evidence/local';
import { type TempFolder, tempFolder } from '@evidence/testkit';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventStoreConformance } from '../../packages/event-store/test/conformance.js';
import { all, event } from '../../packages/event-store/test/scenario.js';
import { docker, hasImage, IMAGE, NO_ENGINE, sayUnless } from './engine.js';

const PORT = 2113;
/** A login without limits, because the suite writes event types that no service may write. */
const LOGIN = { name: 'test', password: 'test' };

describe.runIf(hasImage)('store-server in a container', () => {
  let folder: TempFolder;
  let container: StartedTestContainer;

  beforeAll(async () => {
    folder = await tempFolder();
    await ensureStoreCredentials(folder.path, new Date(), [
      { name: LOGIN.name, passwordSha256: sha256Of(LOGIN.password) },
    ]);
    const { certificateFile, keyFile, loginsFile } = storeCredentials(folder.path);
    const files = { 'server.pem': certificateFile, 'server.key': keyFile, 'logins.json': loginsFile };
    container = await new GenericContainer(IMAGE)
      .withCommand(['store-server'])
      .withCopyFilesToContainer(
        Object.entries(files).map(([name, source]) => ({ source, target: join('/credentials', name), mode: 0o444 })),
      )
      .withEnvironment({
        STORE_CERTIFICATE_FILE: '/credentials/server.pem',
        STORE_KEY_FILE: '/credentials/server.key',
        STORE_LOGINS_FILE: '/credentials/logins.json',
      })
      .withExposedPorts(PORT)
      // The health check of the image.
      .withWaitStrategy(Wait.forHealthCheck())
      .start();
  });
  afterAll(async () => {
    await container?.stop({ removeVolumes: true });
    await folder?.remove();
  });

  const open = () => {
    const { authorityFile } = storeCredentials(folder.path);
    const address = `${LOGIN.name}:${LOGIN.password}@localhost:${container.getMappedPort(PORT)}`;
    return openKurrentEventStore({
      connectionString: `kurrentdb://${address}?tlsCaFile=${encodeURIComponent(authorityFile)}`,
    });
  };
  eventStoreConformance('the adapter over store-server in a container', async () => open());

  test('keeps every confirmed append after it was killed', async () => {
    const store = open();
    await store.append('report-killed', 'no_stream', [event('A')]);
    await store.close();
    await docker('kill', container.getId());
    await container.restart();
    const again = open();
    expect(await all(again.readStream('report-killed'))).toHaveLength(1);
    await again.close();
  });
});

sayUnless(hasImage, NO_ENGINE);
