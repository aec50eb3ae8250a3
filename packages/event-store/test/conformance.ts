import type { EventStore } from '@evidence/event-store';
import { afterAll, beforeAll, describe } from 'vitest';
import { appendsWhatIsExpected, recognisesRepeatedAppends, refusesWhatItCannotKeep } from './conformance-of-appends.js';
import { followsTheLog, readsStreams, readsTheLog } from './conformance-of-reads.js';

/** The promises that every event store keeps. `open` opens a store; the suite closes it. */
export function eventStoreConformance(name: string, open: () => EventStore | Promise<EventStore>): void {
  describe(name, () => {
    let store: EventStore;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    appendsWhatIsExpected(() => store);
    recognisesRepeatedAppends(() => store);
    refusesWhatItCannotKeep(() => store);
    readsStreams(() => store);
    readsTheLog(() => store);
    followsTheLog(() => store);
  });
}
