import { startMicroservice } from '@evidence/bus';
import { assertEvent } from '@evidence/contracts';
import { openEventStore, withValidation } from '@evidence/event-store';
import { createLogger, runProcess, startTracing } from '@evidence/runtime';
import { artifactMakerInThreads } from './adapters/artifact-maker-in-threads.js';
import { rendererConfig } from './shell/config.js';
import { openParts } from './shell/open-parts.js';
import { RenderReport } from './shell/render-report.js';
import type { RenderThreadData } from './shell/render-thread.js';
import { rendererModule } from './shell/renderer.module.js';

await runProcess('renderer', async ({ onShutdown }) => {
  const config = rendererConfig(process.env);
  const logger = createLogger('renderer', { level: config.logLevel });
  const now = () => new Date();
  const tracing = await startTracing({ service: 'renderer', env: process.env });
  onShutdown(() => tracing.shutdown());
  const startedAt = now();
  const { keys } = await openParts(config, startedAt);
  const { keyId, isDevelopmentKey } = keys.activeAt(startedAt);
  if (isDevelopmentKey) logger.info({ keyId }, 'signing with a development key');
  const store = withValidation(openEventStore(config.eventStoreUrl, now), { event: assertEvent });
  onShutdown(() => store.close());

  const threadFile = new URL('./shell/render-thread.js', import.meta.url);
  const maker = artifactMakerInThreads(threadFile, { config, startedAt } satisfies RenderThreadData);
  onShutdown(() => maker.close());
  const { retentionSeconds: defaultRetentionSeconds } = config;
  const microservice = await startMicroservice({
    service: 'renderer',
    module: rendererModule(new RenderReport({ store, maker, defaultRetentionSeconds, now })),
    natsServers: config.natsServers,
    store,
    relays: ['ReportReady'],
    logger,
    now,
  });
  onShutdown(() => microservice.close());
  return logger;
});
