import { openKurrentEventStore } from '@evidence/event-store';
import { KurrentDbContainer, type StartedKurrentDbContainer } from '@testcontainers/kurrentdb';
import { getContainerRuntimeClient } from 'testcontainers';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { eventStoreConformance } from '../../packages/event-store/test/conformance.js';

/** Pinned like every dependency; KURRENTDB_IMAGE names another, of a private registry for instance. */
const IMAGE = process.env.KURRENTDB_IMAGE ?? 'kurrentplatform/kurrentdb:26.1.1';
const START_TIMEOUT_MS = 180_000;

// An engine that answers, not a client that is installed: DOCKER_HOST and the rootless sockets are tried as testcontainers does.
const engine = await getContainerRuntimeClient().catch(() => undefined);

describe.runIf(engine)('a real KurrentDB in a container', () => {
  let container: StartedKurrentDbContainer;

  beforeAll(async () => {
    container = await new KurrentDbContainer(IMAGE).start();
  }, START_TIMEOUT_MS);
  afterAll(() => container?.stop());

  eventStoreConformance(`the adapter over ${IMAGE}`, async () =>
    openKurrentEventStore({ connectionString: container.getConnectionString() }),
  );
});

test('says whether a Docker engine answered', (context) => {
  if (!engine)
    context.skip('no Docker engine answers here, so the conformance suite did not run against a real KurrentDB');
});
