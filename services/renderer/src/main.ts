import { openArtifactFolder } from '@evidence/artifacts';
import { startMicroservice } from '@evidence/bus';
import { assertEvent } from '@evidence/contracts';
import { openEventStore, withValidation } from '@evidence/event-store';
import { createLogger, runProcess, startTracing } from '@evidence/runtime';
import { openConfiguredSigner } from '@evidence/signing';
import { typesetterInWorker } from './adapters/typesetter-in-worker.js';
import { rendererConfig } from './shell/config.js';
import { RenderReport } from './shell/render-report.js';
import { rendererModule } from './shell/renderer.module.js';

await runProcess('renderer', async ({ onShutdown }) => {
  const config = rendererConfig(process.env);
  const logger = createLogger('renderer', { level: config.logLevel });
  const now = () => new Date();
  const tracing = await startTracing({ service: 'renderer', env: process.env });
  onShutdown(() => tracing.shutdown());
  const signer = await openConfiguredSigner({
    keyFile: config.signingKeyFile,
    certificateFile: config.signingCertificateFile,
    developmentFolder: config.developmentKeysFolder,
    now: now(),
  });
  if (signer.isDevelopmentKey) logger.info({ keyId: signer.keyId }, 'signing with a development key');
  const store = withValidation(openEventStore(config.eventStoreUrl, now), { event: assertEvent });
  onShutdown(() => store.close());

  const artifacts = await openArtifactFolder({ folder: config.artifactsFolder });
  const typesetter = typesetterInWorker();
  onShutdown(() => typesetter.close());
  const { publicUrl, retentionSeconds: defaultRetentionSeconds } = config;
  const parts = { store, artifacts, typesetter, signer, publicUrl, defaultRetentionSeconds, now };
  const microservice = await startMicroservice({
    service: 'renderer',
    module: rendererModule(new RenderReport(parts)),
    natsServers: config.natsServers,
    store,
    relays: ['ReportReady'],
    logger,
    now,
  });
  onShutdown(() => microservice.close());
  return logger;
});
