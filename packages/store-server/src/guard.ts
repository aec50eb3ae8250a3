import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { EventLog } from '@evidence/event-store/engine';

export interface GuardOptions {
  /** The module that checks a file, see `check-thread.ts`. */
  readonly threadFile: URL;
  /** The pause between two checks. */
  readonly everyMs: number;
  /** Receives one sentence when a check could not be made, or found damage. */
  readonly say: (sentence: string) => void;
}

export interface Guard {
  /** Resolves when the first check is over, whatever it found. */
  readonly checked: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Checks the log's file at intervals, in its own thread with its own connection, so that no call waits for it. Once damage is found, the log refuses
 * every call and says what is wrong.
 */
export function guardLog(log: EventLog, file: string, { threadFile, everyMs, say }: GuardOptions): Guard {
  const stopping = new AbortController();
  const { signal } = stopping;
  const { promise: checked, resolve } = Promise.withResolvers<void>();
  const guarding = (async () => {
    while (!signal.aborted) {
      const damage = await checkedInThread(threadFile, file, signal).catch((error: unknown) => {
        say(`The event log could not be checked: ${error instanceof Error ? error.message : error}`);
        return undefined;
      });
      if (damage !== undefined) say(log.refuseAsDamaged(damage).message);
      resolve();
      if (damage !== undefined) return;
      await delay(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    checked,
    async stop() {
      stopping.abort();
      await guarding;
    },
  };
}

/** Runs one check in a thread. Resolves with what is wrong, or undefined if nothing is, or if `signal` aborts. */
async function checkedInThread(threadFile: URL, file: string, signal: AbortSignal): Promise<string | undefined> {
  const worker = new Worker(threadFile, { workerData: { file } });
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  worker.once('message', (damage: string | null) => resolve(damage ?? undefined));
  worker.once('error', reject);
  worker.once('exit', () => resolve(undefined));
  const end = () => resolve(undefined);
  signal.addEventListener('abort', end);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', end);
    await worker.terminate();
  }
}
