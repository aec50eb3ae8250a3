import { openArtifactFolder } from '@evidence/artifacts';
import { startMicroservice } from '@evidence/bus';
import { assertEvent } from '@evidence/contracts';
import { openEventStore, openViewFile, startProjection, withValidation } from '@evidence/event-store';
import type { Logger, ProcessScope } from '@evidence/runtime';
import {
  applyToDuties,
  DUTIES_SCHEMA,
  DUTIES_SCHEMA_VERSION,
  DUTY_EVENTS,
  dutiesInSqlite,
} from '../adapters/duties-in-sqlite.js';
import type { Schedule } from '../ports.js';
import { type Clock, startClock } from './clock.js';
import type { expiryConfig } from './config.js';
import { Expiry } from './expiry.js';
import { expiryModule } from './expiry-module.js';

export interface ExpiryOptions {
  readonly config: ReturnType<typeof expiryConfig>;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly schedule: Schedule;
  /** Told what to close, see `ProcessScope`. */
  readonly onShutdown: ProcessScope['onShutdown'];
  /** The view cannot follow the log any more: nothing may be decided on it, the process must end. */
  readonly onViewLost: (cause: unknown) => void;
}

/** Opens everything and starts to hear and to count. Nothing is decided before the view has caught up with the log. */
export async function startExpiry(options: ExpiryOptions): Promise<void> {
  const { config, logger, now, schedule, onShutdown, onViewLost } = options;
  const store = withValidation(openEventStore(config.eventStoreUrl, now), { event: assertEvent });
  onShutdown(() => store.close());
  const artifacts = await openArtifactFolder({ folder: config.artifactsFolder });
  const schema = { schemaVersion: DUTIES_SCHEMA_VERSION, schema: DUTIES_SCHEMA };
  const view = openViewFile({ file: config.viewFile, ...schema });
  onShutdown(() => view.close());

  let clock: Clock | undefined;
  const projection = startProjection({
    store,
    filter: { typePrefixes: DUTY_EVENTS },
    view,
    apply: (event, db) => {
      applyToDuties(event, db);
      clock?.wake();
    },
  });
  onShutdown(() => projection.stop());
  void projection.failed.then(onViewLost);
  await projection.caughtUp;

  const watch = { deadlineSeconds: config.deadlineSeconds, watchedSince: now().toISOString() };
  const expiry = new Expiry({ store, artifacts, duties: dutiesInSqlite(view.db), watch, now, logger });
  const microservice = await startMicroservice({
    service: 'expiry',
    module: expiryModule(expiry),
    natsServers: config.natsServers,
    store,
    relays: ['ReportExpired', 'ReportFailed'],
    logger,
    now,
  });
  onShutdown(() => microservice.close());

  clock = startClock({
    nextDueAt: () => expiry.nextDueAt(),
    work: () => expiry.work(),
    onFailure: (error) => logger.warn({ err: error }, 'not all that is due could be done; trying again'),
    now,
    schedule,
  });
  onShutdown(() => clock?.stop());
}
