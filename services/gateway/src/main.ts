import { randomBytes, randomUUID } from 'node:crypto';
import { openArtifactFolder } from '@evidence/artifacts';
import { assertEvent } from '@evidence/contracts';
import { openEventStore, withValidation } from '@evidence/event-store';
import { loadFrameworks } from '@evidence/frameworks';
import { createLogger, runProcess, startTracing } from '@evidence/runtime';
import { publishedKeys } from '@evidence/signing';
import { BusLink } from './adapters/bus-link.js';
import { OidcIssuer } from './adapters/oidc-issuer.js';
import { ensureSealKey, sealWithHmac } from './adapters/seal-with-hmac.js';
import { SharedCellsInNatsKv } from './adapters/shared-cells-in-nats-kv.js';
import { gatewayConfig } from './shell/config.js';
import { openGateway } from './shell/gateway.js';
import { listen } from './shell/http/server.js';

const now = () => new Date();

await runProcess('gateway', async ({ onShutdown }) => {
  const config = gatewayConfig(process.env);
  const logger = createLogger('gateway', { level: config.logLevel });
  const tracing = await startTracing({ service: 'gateway', env: process.env, http: true });
  onShutdown(() => tracing.shutdown());
  const store = withValidation(openEventStore(config.eventStoreUrl, now), { event: assertEvent });
  onShutdown(() => store.close());
  const bus = new BusLink({
    service: 'gateway',
    natsServers: config.natsServers,
    store,
    relays: ['ReportRequested', 'ReportDownloaded'],
    logger,
  });
  onShutdown(() => bus.close());
  const gateway = await openGateway({
    config,
    store,
    artifacts: await openArtifactFolder({ folder: config.artifactsFolder }),
    frameworks: loadFrameworks(),
    publishedKeys: await publishedKeys({ ...config.signing, now: now() }),
    bus,
    shared: new SharedCellsInNatsKv(() => bus.connection),
    issuer: config.oidc && new OidcIssuer(config.oidc),
    seal: sealWithHmac(await ensureSealKey(config.sealKeyFile)),
    logger,
    tracing,
    now,
    newId: randomUUID,
    randomBytes,
  });
  onShutdown(() => gateway.close());
  // Nobody catches these two: a view that cannot be kept, or a bus that cannot be used, ends the process, which says why and is started again.
  void gateway.views.failed();
  void bus.opening;
  const url = await listen(gateway, config);
  logger.info({ url }, 'listening');
  return logger;
});
