import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openArtifactFolder } from '@evidence/artifacts';
import { consumersPending, Reteller, redrive } from '@evidence/bus';
import { answering, followView, type Stage } from '@evidence/stage';
import {
  applyToDuties,
  applyUnreadableToDuties,
  DUTIES_SCHEMA,
  DUTIES_SCHEMA_VERSION,
  DUTY_EVENTS,
  dutiesInViewFile,
} from '../adapters/duties-in-view-file.js';
import { scrubbingInViewFile } from '../adapters/scrubbing-in-view-file.js';
import { clockJumped } from '../core/sentences.js';
import { type Clock, startClock } from './clock.js';
import { type ExpiryConfig, expiryConfig } from './config.js';
import { Expiry } from './expiry.js';
import { tickLogClock } from './log-clock.js';
import { expiryModule } from './module.js';
import { Scrubber } from './scrubber.js';
import { Watchdog } from './watchdog.js';

/** Nothing that is due has to happen at once, and following the log with a delivery per event takes three times the CPU (measured 2026-11). */
const DUTIES_LAG_MS = 1_000;
/** An outage that is not yet in the view would count towards deadlines. */
const TICK_SEEN_WITHIN_MS = 10_000;

export const expiryStage: Stage<ExpiryConfig> = {
  service: 'expiry',
  config: expiryConfig,

  async open(floor) {
    const { config, logger, store, now, onShutdown } = floor;
    const artifacts = await openArtifactFolder({ folder: config.artifactsFolder });
    let clock: Clock | undefined;
    const view = followView(floor, 'duties', {
      ...{
        file: join(floor.takeViewFolder(), 'duties.sqlite'),
        schemaVersion: DUTIES_SCHEMA_VERSION,
        schema: DUTIES_SCHEMA,
      },
      filter: { types: DUTY_EVENTS },
      lagMs: DUTIES_LAG_MS,
      apply(event, db) {
        applyToDuties(event, db);
        clock?.wake();
      },
      applyUnreadable: applyUnreadableToDuties,
    });
    const { file, projection } = view;

    const bootId = randomUUID();
    const reading = () => ({ wallMs: now().getTime(), monotonicMs: performance.now(), bootId });
    let hasTicked = false;
    const tick = async () => {
      // A partly built view does not know all holds, nor all reports that share a blob.
      if (projection.behind()) throw new Error('The view of duties is being rebuilt from the log.');
      const state = await tickLogClock({ store, reading, newId: randomUUID });
      const position = state.position ?? (await store.head());
      if (position !== undefined) await projection.reached(position, TICK_SEEN_WITHIN_MS);
      hasTicked = true;
      return state;
    };
    const duties = dutiesInViewFile(file.db);
    const expiry = new Expiry({ store, artifacts, duties, tick, now, logger });
    const reteller = new Reteller(store);
    const scrubber = new Scrubber({
      kept: scrubbingInViewFile(file.db),
      artifacts,
      retell: reteller.retell,
      bytesPerMinute: config.scrubBytesPerMinute,
      now,
      logger,
    });
    const startCounting = (nc: Parameters<typeof redrive>[1]) => {
      const bus = { pending: () => consumersPending(nc), redrive: (reportId: string) => redrive(store, nc, reportId) };
      reteller.speakOver(nc);
      const watchdog = new Watchdog({ duties, bus, now, logger });
      clock = startClock({
        // At once at the start, because before the first tick a change of the clock is not noticed.
        nextDueAt: () => (hasTicked ? expiry.nextDueAt() : 0),
        work: () =>
          inTurn(
            () => expiry.work(),
            () => watchdog.work(),
            () => scrubber.work(),
          ),
        onFailure: (error) => logger.warn({ err: error }, 'some of the due work failed; retrying'),
        now,
        schedule: (delayMs, act) => {
          const timer = setTimeout(act, delayMs);
          return () => clearTimeout(timer);
        },
      });
      onShutdown(() => clock?.stop());
    };
    return {
      module: expiryModule(expiry),
      isDone: (hint) => expiry.isLater(hint),
      relays: ['ReportExpired', 'ReportFailed'],
      views: { duties: view },
      probes: { artifacts: answering(() => artifacts.ping()) },
      warnings: () => clockWarnings(expiry.suspect),
      onListening: startCounting,
    };
  },
};

/** Runs them in order, even after a failure. Throws the first failure. */
async function inTurn(...works: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const work of works) await work().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

const clockWarnings = (suspect: Expiry['suspect']): Readonly<Record<string, string>> =>
  suspect ? { clock_suspect: clockJumped(suspect.bySeconds, suspect.since) } : {};
