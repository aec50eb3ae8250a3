import { openKurrentEventStore } from '@evidence/event-store/kurrent';
import { KurrentDbContainer, type StartedKurrentDbContainer } from '@testcontainers/kurrentdb';
import { afterAll, beforeAll, describe } from 'vitest';
import { eventStoreConformance } from '../../packages/event-store/test/conformance.js';
import { canHave, sayUnless } from './engine.js';

/** Pinned like every dependency. KURRENTDB_IMAGE can name another one, such as in a private registry. */
const IMAGE = process.env.KURRENTDB_IMAGE ?? 'kurrentplatform/kurrentdb:26.1.2';
const isHere = await canHave(IMAGE);

describe.runIf(isHere)('a real KurrentDB in a container', () => {
  let container: StartedKurrentDbContainer;

  beforeAll(async () => {
    container = await new KurrentDbContainer(IMAGE).start();
  });
  afterAll(() => container?.stop());

  eventStoreConformance(`the adapter over ${IMAGE}`, async () =>
    openKurrentEventStore({ connectionString: container.getConnectionString() }),
  );
});

sayUnless(isHere, `${IMAGE} cannot be had here, so the conformance suite did not run against a real KurrentDB`);
