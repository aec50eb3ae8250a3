import { assertEvent, type EventOf, type EventType, envelop } from '@evidence/contracts';
import { exampleMetadata } from '@evidence/contracts/examples';
import { uuidV5 } from '@evidence/event-store';
import { type EventLog, type LogEvent, openEventLog } from '@evidence/event-store/log';
import { startStore } from '@evidence/testkit';
import { afterAll, beforeAll } from 'vitest';

const NAMESPACE = '5e0b0f6a-1d52-5d6b-9a57-6a6f6f5b2f10';

/** An event store for the test file, open from its first test to its last. */
export interface StoreUnderTest {
  /** The environment with which the command uses this store; empty until the first test. */
  readonly env: NodeJS.ProcessEnv;
  /** All events of the stream; each must match its contract. */
  read(stream: string): Promise<LogEvent[]>;
  /** The ids are derived from stream, revision and type, so events that are appended again are the same. */
  append(stream: string, tenant: string, ...events: EventOf<EventType>[]): Promise<void>;
}

/** To be called once, at the top of a test file. */
export function storeUnderTest(): StoreUnderTest {
  let server: Awaited<ReturnType<typeof startStore>>;
  let log: EventLog;
  const env: NodeJS.ProcessEnv = {};
  beforeAll(async () => {
    server = await startStore();
    env.EVENT_STORE_URL = server.url;
    log = openEventLog(server.url, () => new Date());
  });
  afterAll(async () => {
    await log.close();
    await server.dispose();
  });
  return {
    env,
    async read(stream) {
      const events: LogEvent[] = [];
      for await (const event of log.readStream(stream)) {
        assertEvent(event.type, event.data, event.metadata);
        events.push(event);
      }
      return events;
    },
    async append(stream, tenant, ...events) {
      const { schema: _, eventId: __, ...provenance } = { ...exampleMetadata(), tenant };
      const proposed = events.map((event, index) =>
        envelop(uuidV5(NAMESPACE, `${stream} ${index} ${event.type}`), event, provenance),
      );
      await log.append(stream, 'any', proposed);
    },
  };
}
