import { randomBytes, randomUUID } from 'node:crypto';
import { openArtifactFolder } from '@evidence/artifacts';
import { loadFrameworks } from '@evidence/frameworks/load';
import { publishedKeys } from '@evidence/signing';
import { type Stage, serveHealth } from '@evidence/stage';
import { BusLink } from '../adapters/bus-link.js';
import { OidcIssuer } from '../adapters/oidc-issuer.js';
import { ensureSealKey, sealWithHmac } from '../adapters/seal-with-hmac.js';
import { SharedCellsInNatsKv } from '../adapters/shared-cells-in-nats-kv.js';
import { type GatewayConfig, gatewayConfig } from './config.js';
import { listen } from './edge/server.js';
import { openGateway } from './gateway.js';
import { HeardProgress } from './reports/heard-progress.js';
import { Views } from './views.js';

export const gatewayStage: Stage<GatewayConfig> = {
  service: 'gateway',
  config: gatewayConfig,
  http: true,

  /** The gateway consumes no messages. The bus may be unavailable at the start, because reads do not need it. */
  async open({ config, logger, store, tracing, figures, now, onShutdown, health, takeViewFolder }) {
    const heard = new HeardProgress();
    const outbound = {
      service: 'gateway',
      natsServers: config.natsServers,
      natsAccess: config.natsAccess,
      store,
      relays: ['ReportRequested', 'ReportDownloaded'],
      logger,
    } as const;
    const bus = new BusLink(outbound, (progress) => heard.take(progress));
    onShutdown(() => bus.close());
    const frameworks = loadFrameworks();
    const keys = await publishedKeys({ ...config.signing, now: now() });
    // Before the last things that wait for the disk, so that the store reads the first events while the server is made.
    const views = new Views(takeViewFolder(), store, logger);
    onShutdown(() => views.close());
    // Not caught: a view that cannot be kept up to date ends the process with its reason, and a restart may help.
    void views.failed();
    const gateway = await openGateway({
      config,
      views,
      store,
      artifacts: await openArtifactFolder({ folder: config.artifactsFolder }),
      frameworks,
      publishedKeys: keys,
      bus,
      heard,
      shared: new SharedCellsInNatsKv(() => bus.connection),
      issuer: config.oidc && new OidcIssuer(config.oidc),
      seal: sealWithHmac(await ensureSealKey(config.sealKeyFile)),
      logger,
      tracing,
      figures,
      now,
      newId: randomUUID,
      randomBytes,
    });
    onShutdown(() => gateway.close());
    // Not caught either: the same is true of a bus that cannot be used.
    void bus.opening;
    const url = await listen(gateway, config);
    logger.info({ url }, 'listening');
    if (health) {
      const { probes, metrics, readiness } = gateway;
      const own = await serveHealth(health, probes, metrics, () => readiness.warned());
      onShutdown(() => own.close());
      logger.info({ url: own.url }, 'health and metrics');
    }
    return undefined;
  },
};
