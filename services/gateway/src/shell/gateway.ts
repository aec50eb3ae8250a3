import type { ArtifactStore } from '@evidence/artifacts';
import type { EventStore } from '@evidence/event-store';
import type { Frameworks } from '@evidence/frameworks';
import type { Logger, Tracing } from '@evidence/runtime';
import type { JwkSet } from '@evidence/signing';
import type { Seal } from '../core/seal.js';
import type { Bus, SharedCells, TokenIssuer } from '../ports.js';
import { ApiDocuments } from './api-documents.js';
import { Audit } from './audit.js';
import { AuditTrail } from './audit-trail.js';
import { Availability } from './availability.js';
import type { GatewayConfig } from './config.js';
import { Downloads } from './downloads.js';
import { Findings } from './findings.js';
import { FrameworkCatalog } from './framework-catalog.js';
import { closeServer, createServer, type HttpServer } from './http/server.js';
import type { Timeouts } from './http/timeouts.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import { metricSources } from './metric-sources.js';
import { Metrics } from './metrics.js';
import { PublicKeys } from './public-keys.js';
import { RateLimits } from './rate-limits.js';
import { Readiness } from './readiness.js';
import { Regeneration } from './regeneration.js';
import { ReportWatch } from './report-watch.js';
import { Reports } from './reports.js';
import { Views } from './views.js';
import { Writer } from './writer.js';

export interface GatewayParts {
  readonly config: Pick<
    GatewayConfig,
    | 'publicUrl'
    | 'findingUrlTemplate'
    | 'publicNatsUrl'
    | 'importBytesMax'
    | 'viewsFolder'
    | 'trustedProxies'
    | 'corsOrigins'
    | 'callsPerMinute'
  >;
  readonly store: EventStore;
  readonly artifacts: ArtifactStore;
  readonly frameworks: Frameworks;
  /** The public halves of the signing keys. */
  readonly publishedKeys: JwkSet;
  readonly bus: Bus;
  readonly shared: SharedCells;
  /** Whose JWTs are taken, if anybody's. */
  readonly issuer?: TokenIssuer | undefined;
  readonly seal: Seal;
  readonly logger: Logger;
  /** Between two signs of life on a stream of events. Default 15 s. */
  readonly heartbeatMs?: number | undefined;
  /** Default `TIMEOUTS`. */
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly tracing: Pick<Tracing, 'fastifyPlugin'>;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly randomBytes: (sizeBytes: number) => Uint8Array;
}

export interface Gateway extends HttpServer {
  readonly views: Views;
  /** Answers what was asked, takes no more, and puts on record what was downloaded. Parts that were handed in stay open. */
  close(): Promise<void>;
}

/** Puts the parts together. */
export async function openGateway(parts: GatewayParts): Promise<Gateway> {
  const { config, store, artifacts, frameworks, bus, seal, logger, now, newId, randomBytes } = parts;
  const views = new Views(config.viewsFolder, store);
  const writer = new Writer(store, now);
  const trail = new AuditTrail({ store, logger });
  const { importBytesMax, findingUrlTemplate } = config;
  const reportsUrl = `${config.publicUrl}/api/v2/reports`;
  const keys = new IdempotencyKeys(writer);
  const reports = new Reports({
    ...views.reports,
    writer,
    keys,
    frameworks,
    seal,
    reportsUrl,
    findingUrlTemplate,
    now,
    randomBytes,
  });
  const downloads = new Downloads({ reports, artifacts, writer, seal, now, logger });
  const watch = new ReportWatch({ reports, view: views.reports.view, store, heartbeatMs: parts.heartbeatMs });
  const availability = new Availability(store, bus);
  const services = {
    reports,
    watch,
    downloads,
    regeneration: new Regeneration({ reports, store, frameworks }),
    findings: new Findings({ ...views.findings, store, writer, frameworks, seal, importBytesMax, now }),
    audit: new Audit(views.audit.view, seal),
    catalog: new FrameworkCatalog(frameworks),
    keys: new PublicKeys(parts.publishedKeys),
    documents: new ApiDocuments(config),
    readiness: new Readiness({
      'event-store': async () => {
        await store.head();
        return [];
      },
      nats: () => bus.missing(),
      views: async () => views.behind(),
    }),
    metrics: new Metrics(metricSources({ view: views.reports.view, bus, availability, now })),
  };
  const rateLimits = new RateLimits({ callsPerMinute: config.callsPerMinute, shared: parts.shared, now, logger });
  const server = await createServer({
    services,
    availability,
    tokens: views.tokens.view,
    issuer: parts.issuer,
    trail,
    rateLimits,
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    publicUrl: config.publicUrl,
    logger,
    tracing: parts.tracing,
    timeouts: parts.timeouts,
    now,
    newId,
  });
  return {
    ...server,
    views,
    async close() {
      watch.close();
      await closeServer(server);
      await availability.stop();
      await downloads.drain();
      await trail.drain();
      await views.close();
    },
  };
}
