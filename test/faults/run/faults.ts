import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectNats, REPORTS_STREAM } from '@evidence/bus';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Random } from './random.ts';
import { PROGRAMS, type System } from './system.ts';

const MINUTE_MS = 60_000;
const MESSAGES = 40;

export interface FaultContext {
  readonly system: System;
  readonly random: Random;
  /** Adds to a count that only the fault knows. */
  readonly count: (what: string, by?: number) => void;
}

/** Does its harm, waits, and undoes it. The system must repair the consequences. */
export interface Fault {
  readonly name: string;
  readonly act: (context: FaultContext) => Promise<void>;
}

const freeze = (name: 'nats-server' | 'store-server'): Fault => ({
  name: `${name} frozen`,
  async act({ system, random }) {
    if (!(await system.signal(name, 'SIGSTOP'))) return;
    await pause(random.between(2_000, 12_000));
    await system.signal(name, 'SIGCONT');
  },
});

const kills = PROGRAMS.map(
  (name): Fault => ({
    name: `${name} killed`,
    async act({ system }) {
      await system.signal(name, 'SIGKILL');
    },
  }),
);

const supervisorKilled: Fault = {
  name: 'supervisor killed',
  async act({ system, count }) {
    count('orphans', await system.killSupervisor());
    await system.start();
  },
};

/** Publishes the last messages again, newest first, without the ids by which NATS would recognise them. */
const repeated: Fault = {
  name: 'messages duplicated and reordered',
  act: (context) =>
    withNats(context, 'operator', async (nc) => {
      const jsm = await jetstreamManager(nc);
      const { state } = await jsm.streams.info(REPORTS_STREAM);
      for (let seq = state.last_seq; seq > Math.max(state.last_seq - MESSAGES, state.first_seq); seq--) {
        const stored = await jsm.streams.getMessage(REPORTS_STREAM, { seq });
        if (!stored) continue;
        await jetstream(nc).publish(stored.subject, stored.data);
        context.count('messages duplicated');
      }
    }),
};

/** Fetches a service's messages in its name and acknowledges them, as if the bus had lost them. */
const stolen: Fault = {
  name: 'messages deleted',
  async act(context) {
    const [service = 'scoping'] = context.random.shuffled(['scoping', 'mapping', 'renderer'] as const);
    await withNats(context, service, async (nc) => {
      const consumer = await jetstream(nc).consumers.get(REPORTS_STREAM, service);
      for await (const message of await consumer.fetch({ max_messages: 5, expires: 5_000 })) {
        message.ack();
        context.count('messages deleted');
      }
      await nc.flush();
    });
  },
};

const busWiped: Fault = {
  name: 'bus wiped',
  async act({ system }) {
    await system.signal('nats-server', 'SIGKILL');
    await rm(join(system.dataDir, 'nats'), { recursive: true, force: true, maxRetries: 5 });
  },
};

const artifactsAway: Fault = {
  name: 'artifact folder unavailable',
  async act({ system, random }) {
    const folder = join(system.dataDir, 'artifacts');
    await rename(folder, `${folder}.away`);
    // Otherwise the next writer would create a new one.
    await writeFile(folder, '');
    await pause(random.between(2_000, 8_000));
    await rm(folder);
    await rename(`${folder}.away`, folder);
  },
};

const diskFull: Fault = {
  name: 'disk full',
  async act({ system, random, count }) {
    if (!system.disk) return;
    const filler = join(system.disk, 'filler');
    await mkdir(system.disk, { recursive: true });
    const file = await open(filler, 'w');
    try {
      for (const bytes of [4 * 1024 * 1024, 4096]) await fill(file, Buffer.alloc(bytes));
    } finally {
      await file.close();
    }
    const untilMs = performance.now() + random.between(3_000, 10_000);
    while (performance.now() < untilMs) {
      // Space that is freed in the meantime is filled, too.
      const more = await open(filler, 'a');
      await fill(more, Buffer.alloc(4096)).finally(() => more.close());
      await pause(100);
    }
    await rm(filler);
    count('supervisor lost to a full disk', system.isSupervised ? 0 : 1);
    if (!system.isSupervised) await system.start();
  },
};

async function fill(file: Awaited<ReturnType<typeof open>>, bytes: Buffer): Promise<void> {
  for (;;) {
    const isFull = await file.write(bytes).then(
      ({ bytesWritten }) => bytesWritten < bytes.length,
      () => true,
    );
    if (isFull) return;
  }
}

/** Moves the clock and then resets it. The system suspects a clock only if it moves far enough. */
const clockMoved = (byMs: number): Fault => ({
  name: `clock moved by ${byMs / MINUTE_MS} min`,
  async act({ system, random }) {
    await system.moveClock(byMs);
    await pause(random.between(3_000, 8_000));
    await system.moveClock(0);
    await system.evidence('expiry', 'confirm');
  },
});

/** The faults that are possible here; each happens at least once before any is repeated. */
export const faultsOf = (system: System): readonly Fault[] => [
  ...kills,
  supervisorKilled,
  freeze('nats-server'),
  freeze('store-server'),
  repeated,
  stolen,
  repeated,
  stolen,
  busWiped,
  artifactsAway,
  clockMoved(20 * MINUTE_MS),
  clockMoved(-20 * MINUTE_MS),
  clockMoved(180 * MINUTE_MS),
  ...(system.disk ? [diskFull] : []),
];

/** Connects as one of the bus's users, after whom the inbox is named. Counts when the bus is down for us, too. */
async function withNats(
  { system, count }: FaultContext,
  user: 'operator' | 'scoping' | 'mapping' | 'renderer',
  use: (nc: NatsConnection) => Promise<void>,
): Promise<void> {
  const access = { nkeyFile: join(system.dataDir, 'credentials', 'nats', `${user}.nk`) };
  const name = user === 'operator' ? 'evidence' : user;
  let nc: NatsConnection | undefined;
  try {
    nc = await connectNats({ servers: [system.natsUrl], access, name, deadlineMs: 5_000 });
    await use(nc);
  } catch {
    count('faults that found no bus');
  } finally {
    await nc?.close();
  }
}
