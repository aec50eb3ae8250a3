import type { ArtifactStore } from '@evidence/artifacts';
import type { EventLog } from '@evidence/event-store/log';
import type { Frameworks } from '@evidence/frameworks';
import { DiskWatch, type FreeBytes, type Logger, type Tracing } from '@evidence/runtime';
import type { JwkSet } from '@evidence/signing';
import type { Figures, Probes } from '@evidence/stage';
import type { CallsAtOnceLimits } from '../core/access/calls-at-once.js';
import type { Seal } from '../core/call/seal.js';
import type { Bus, SharedCells, TokenIssuer } from '../ports.js';
import { AuditTrail } from './audit/audit-trail.js';
import { openAudit } from './audit/module.js';
import { RateLimits } from './call/rate-limits.js';
import { Room } from './call/room.js';
import { Writer } from './call/writer.js';
import type { GatewayConfig } from './config.js';
import type { ConnectionLimits } from './edge/connections.js';
import { closeServer, createServer, type HttpServer } from './edge/server.js';
import type { Timeouts } from './edge/timeouts.js';
import { openFindings } from './findings/module.js';
import { openFrameworks } from './frameworks/module.js';
import type { HeardProgress } from './reports/heard-progress.js';
import { openReports } from './reports/module.js';
import { Availability } from './service/availability.js';
import { Metrics } from './service/metrics.js';
import { openService } from './service/module.js';
import type { Readiness } from './service/readiness.js';
import type { Views } from './views.js';

export interface GatewayParts {
  readonly config: Pick<
    GatewayConfig,
    | 'publicUrl'
    | 'deadlineSeconds'
    | 'findingUrlTemplate'
    | 'publicNatsUrl'
    | 'importBytesMax'
    | 'trustedProxies'
    | 'corsOrigins'
    | 'callsPerMinute'
    | 'quotas'
    | 'watchedFolders'
    | 'diskWatermarkBytes'
  > &
    Partial<Pick<GatewayConfig, 'packTemplates'>>;
  readonly views: Views;
  readonly store: EventLog;
  readonly artifacts: ArtifactStore;
  readonly frameworks: Frameworks;
  /** The public halves of the signing keys. */
  readonly publishedKeys: JwkSet;
  readonly bus: Bus;
  readonly shared: SharedCells;
  /** The issuer whose JWTs are accepted, if any. */
  readonly issuer?: TokenIssuer | undefined;
  readonly heard: HeardProgress;
  readonly seal: Seal;
  readonly logger: Logger;
  /** The interval of heartbeats on a stream of events. Default: 15 s. */
  readonly heartbeatMs?: number | undefined;
  /** Default `TIMEOUTS`. */
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** Default `CONNECTION_LIMITS` and `CALLS_AT_ONCE`. */
  readonly limits?: Partial<ConnectionLimits & CallsAtOnceLimits> | undefined;
  /** Default: asks the file system. */
  readonly freeBytes?: FreeBytes | undefined;
  readonly tracing: Pick<Tracing, 'fastifyPlugin'>;
  readonly figures: Figures;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly randomBytes: (sizeBytes: number) => Uint8Array;
}

export interface Gateway extends HttpServer {
  readonly views: Views;
  readonly metrics: Metrics;
  /** The probes of the parts that are needed for a report to be made. */
  readonly probes: Probes;
  readonly readiness: Pick<Readiness, 'warned'>;
  /** Accepts no more calls, finishes those in progress, and records pending downloads. Parts that were passed in stay open. */
  close(): Promise<void>;
}

/** Puts the parts together. */
export async function openGateway(parts: GatewayParts): Promise<Gateway> {
  const { config, views, store, bus, logger, now, newId } = parts;
  const trail = new AuditTrail({ store, logger });
  const availability = new Availability(store, bus);
  const { watchedFolders: folders, diskWatermarkBytes: watermarkBytes } = config;
  const disk = new DiskWatch({ folders, watermarkBytes, freeBytes: parts.freeBytes });
  const metrics = new Metrics({
    figures: parts.figures,
    view: views.reports.view,
    bus,
    availability,
    disk,
    quarantined: () => views.quarantined(),
    now,
  });
  const room = new Room({
    disk,
    defaults: config.quotas,
    reports: views.reports.view,
    findings: views.findings.view,
    onRefused: (error) => metrics.refused(error),
    now,
  });
  const common = { ...parts, writer: new Writer(store, now), room, disk, metrics };
  const reports = openReports(common);
  const service = openService(common);
  const subjects = [reports.module, openFindings(common), openFrameworks(common), openAudit(common), service.module];
  const rateLimits = new RateLimits({ callsPerMinute: config.callsPerMinute, shared: parts.shared, now, logger });
  const server = await createServer({
    subjects,
    metrics,
    availability,
    tokens: views.tokens.view,
    tokensBehind: () => views.tokens.projection.behind(),
    issuer: parts.issuer,
    trail,
    rateLimits,
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    publicUrl: config.publicUrl,
    logger,
    tracing: parts.tracing,
    timeouts: parts.timeouts,
    limits: parts.limits,
    now,
    newId,
  });
  return {
    ...server,
    views,
    metrics,
    probes: service.probes,
    readiness: service.readiness,
    async close() {
      reports.letGo();
      await closeServer(server);
      await availability.stop();
      await reports.drain();
      await trail.drain();
    },
  };
}
