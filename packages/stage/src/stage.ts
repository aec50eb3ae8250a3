import { join } from 'node:path';
import { type IsDone, type Microservice, type RetryPolicy, type Service, startMicroservice } from '@evidence/bus';
import { type EventType } from '@evidence/contracts';
import { type EventLog, openEventLog, tracedLog } from '@evidence/event-store/log';
import { takeViewFolder } from '@evidence/event-store/view';
import {
  createLogger,
  type Logger,
  type LogLevel,
  type NatsAccess,
  NOT_TRACED,
  type ProcessScope,
  readConfig,
  runProcess,
  startTracing,
  type Tracing,
} from '@evidence/runtime';
import type { DynamicModule } from '@nestjs/common';
import { Figures } from './figures.js';
import type { FollowedView } from './followed-view.js';
import { type HealthSettings, healthVariables, serveHealth } from './health.js';
import { otherLogWarnings } from './other-log.js';
import { exportMetrics } from './otlp-metrics.js';
import { parkingOf } from './parking.js';
import { answering, type Probes } from './probes.js';
import { quarantinedIn, quarantineWarnings } from './quarantine.js';
import { rebuilt } from './rebuilt.js';
import { relayWarnings } from './relay-warnings.js';
import { StageMetrics, type Warnings } from './stage-metrics.js';
import { StoreProbe } from './store-probe.js';

/** What every service's configuration includes (`platformVariables`). */
export interface StageConfig {
  readonly natsServers: readonly string[];
  readonly natsAccess?: NatsAccess;
  readonly eventStoreUrl: string;
  readonly dataDir: string;
  /** Default: `views` in the data folder. */
  readonly viewsDir?: string | undefined;
  readonly logLevel: LogLevel;
}

/** The parts that are open before a service starts. */
export interface Floor<Config> extends ProcessScope {
  readonly config: Config;
  readonly logger: Logger;
  /** Checks every event that is read or appended. Closed after everything that the service opens. */
  readonly store: EventLog;
  readonly tracing: Pick<Tracing, 'fastifyPlugin'>;
  /** The service's metrics, to add its own. */
  readonly figures: Figures;
  readonly now: () => Date;
  /** Where to serve health and metrics; only for a service that consumes no messages, because it is done for the others. */
  readonly health?: HealthSettings | undefined;
  /** Takes a folder for the views of this instance only, and releases it after everything that the service opens is closed. Call it once. */
  takeViewFolder(): string;
  /** Ends the process with the reason if this settles: the service cannot work without it, and a restart may help. */
  endWith(failed: Promise<unknown>): void;
}

/** How a service consumes messages, and which of its events are published. */
export interface Hearing {
  /** The Nest module whose controllers carry `@OnReportEvent`. */
  readonly module: DynamicModule;
  /** The event types that the service writes; `ReportFailed` is always included. */
  readonly relays: readonly EventType[];
  /** Messages handled at the same time. Default: 4. */
  readonly concurrency?: number;
  readonly isDone?: IsDone;
  /**
   * What is written to a report's stream until the service hears of it, with the event that it hears: it is kept as it comes from the log, so that a
   * message about a report that was requested a moment ago needs no read. Default: every report is read.
   */
  readonly keeps?: readonly EventType[];
  /** What the service needs besides the store and the bus. */
  readonly probes?: Probes;
  /** Its views by name. No message is consumed before they have reached the end of the log, because work on half of it would fail, or be wrong. */
  readonly views?: Readonly<Record<string, FollowedView>>;
  /** More warnings while the service works, by a name that alerts can use: one sentence each. */
  readonly warnings?: Warnings;
  /** Called with the connection once the service consumes messages. */
  readonly onListening?: (nc: Microservice['nc']) => void;
}

/** What differs from service to service. */
export interface Stage<Config extends StageConfig> {
  readonly service: Service;
  /** Throws `ConfigError`. */
  readonly config: (env: NodeJS.ProcessEnv) => Config;
  /** The service serves HTTP: its requests are traced, and it serves its health itself. Default: false. */
  readonly http?: boolean;
  /** Opens what the service needs and registers with `onShutdown` how to close it. Returns undefined if it consumes nothing from the bus. */
  readonly open: (floor: Floor<Config>) => Promise<Hearing | undefined>;
}

/**
 * Runs a service from start to end: configuration, logs, traces, event store, then what `open` opens, then the bus, and finally health and
 * metrics if a port is set. Closed in reverse order. All five services start here; see `runProcess` for signals and failures.
 */
export function startStage<Config extends StageConfig>(stage: Stage<Config>): Promise<void> {
  const { service, http = false } = stage;
  return runProcess(service, async ({ onShutdown }) => {
    const { env } = process;
    const config = stage.config(env);
    const { healthPort: port, healthHost: host } = readConfig(env, healthVariables);
    const logger = createLogger(service, { level: config.logLevel });
    const tracing = await startTracing({ service, env, http, logger });
    onShutdown(() => tracing.shutdown());
    await openStage(stage, {
      config,
      logger,
      tracing,
      onShutdown,
      now: () => new Date(),
      ...(port > 0 && { health: { port, host } }),
    });
    return logger;
  });
}

export interface OpenOptions<Config> extends ProcessScope {
  readonly config: Config;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly tracing?: Tracing;
  /** Where health and metrics are served; absent: nowhere. */
  readonly health?: HealthSettings;
  readonly retry?: RetryPolicy;
}

/** The part of `startStage` that runs inside an existing process (for tests). Rejects with the first failure to open something. */
export async function openStage<Config extends StageConfig>(
  stage: Stage<Config>,
  options: OpenOptions<Config>,
): Promise<void> {
  const { config, logger, now, onShutdown, tracing = NOT_TRACED, health } = options;
  const store = openLog(config.eventStoreUrl, now, tracing);
  onShutdown(() => store.close());
  warnOfUncheckedWriters(store, logger);
  const figures = new Figures();
  const isRead = health !== undefined || stage.http === true || tracing.isOn;
  if (isRead) figures.addProcess();
  if (tracing.resource)
    onShutdown(await exportMetrics(figures.registry, { resource: tracing.resource, env: process.env, logger, now }));
  const viewFolder = () => {
    const { path, release } = takeViewFolder(config.viewsDir ?? join(config.dataDir, 'views'), stage.service);
    onShutdown(release);
    logger.info({ folder: path }, 'views of this instance');
    return path;
  };
  const floor = {
    config,
    logger,
    store,
    tracing,
    figures,
    now,
    onShutdown,
    health,
    takeViewFolder: viewFolder,
    endWith,
  };
  const hearing = await stage.open(floor);
  if (hearing) await listen(stage.service, hearing, { ...options, store, figures: isRead ? figures : undefined });
}

/** Without tracing, the service uses the store directly. */
function openLog(url: string, now: () => Date, { isOn }: Tracing): EventLog {
  const log = openEventLog(url, now);
  return isOn ? tracedLog(log, url.startsWith('sqlite:') ? 'sqlite' : 'kurrentdb') : log;
}

/** An operator who relies on logins must know their limits. Nothing waits for this, because the store may not be reachable yet. */
function warnOfUncheckedWriters(store: EventLog, logger: Logger): void {
  store.checksWriters?.().then(
    (checks) => {
      if (!checks)
        logger.warn(
          'the event store (KurrentDB) accepts any event type from any login: give its logins to our services only',
        );
    },
    (error) => logger.debug({ err: error }, 'could not find out whether the event store checks who writes what'),
  );
}

async function listen<Config extends StageConfig>(
  service: Service,
  { module, relays, concurrency, isDone, keeps, views = {}, probes = {}, warnings = () => ({}), onListening }: Hearing,
  {
    config,
    store,
    logger,
    figures,
    now,
    onShutdown,
    health,
    retry,
  }: OpenOptions<Config> & { readonly store: EventLog; readonly figures: Figures | undefined },
): Promise<void> {
  let microservice: Microservice | undefined;
  const storeProbe = new StoreProbe(store);
  const quarantined = quarantinedIn(views);
  const parts: Probes = {
    'event-store': storeProbe.probe,
    // Unlike a flush, this rejects at once while the client reconnects (@nats-io/transport-node 3.4.0).
    nats: answering(async () => {
      if (!microservice) throw new Error('not connected yet');
      await microservice.nc.rtt();
    }),
    relay: async () => (microservice?.relayState().blocked ? ['relay'] : []),
    ...probes,
  };
  const allWarnings: Warnings = () => ({
    ...warnings(),
    ...otherLogWarnings(views),
    ...relayWarnings(microservice?.relayState()),
    ...storeProbe.warnings(),
  });
  const oldestUnpublished = async () => microservice?.oldestUnpublished();
  const sources = { service, probes: parts, oldestUnpublished, quarantined, warnings: allWarnings, now };
  const metrics = figures && new StageMetrics({ figures, ...sources });
  // Before the bus, so that health shows when the service is waiting for NATS.
  if (health && figures) {
    const server = await serveHealth(health, parts, figures, () => [
      ...quarantineWarnings(quarantined),
      ...Object.values(allWarnings()),
    ]);
    onShutdown(() => server.close());
    logger.info({ url: server.url }, 'health and metrics');
  }
  await rebuilt(views, logger);
  microservice = await startMicroservice({
    service,
    module,
    natsServers: config.natsServers,
    ...(config.natsAccess && { natsAccess: config.natsAccess }),
    store,
    // Parking writes ReportFailed in the name of every service.
    relays: [...new Set<EventType>([...relays, 'ReportFailed'])],
    park: parkingOf({ store, service, now }),
    logger,
    ...(metrics && { observe: (delivery) => metrics.observe(delivery) }),
    ...(retry && { retry }),
    ...(concurrency && { concurrency }),
    ...(isDone && { isDone }),
    ...(keeps && { keeps }),
  });
  const { close } = microservice;
  onShutdown(() => close());
  onListening?.(microservice.nc);
}

/** Thrown as an uncaught error. */
function endWith(failed: Promise<unknown>): void {
  void failed.then((cause) => {
    throw cause;
  });
}
