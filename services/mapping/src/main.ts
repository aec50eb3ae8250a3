import { openArtifactFolder } from '@evidence/artifacts';
import { startMicroservice } from '@evidence/bus';
import { assertEvent } from '@evidence/contracts';
import { openEventStore, withValidation } from '@evidence/event-store';
import { loadFrameworks } from '@evidence/frameworks';
import { createLogger, runProcess, startTracing } from '@evidence/runtime';
import { mappingConfig } from './shell/config.js';
import { MapReport } from './shell/map-report.js';
import { mappingModule } from './shell/mapping.module.js';

await runProcess('mapping', async ({ onShutdown }) => {
  const config = mappingConfig(process.env);
  const logger = createLogger('mapping', { level: config.logLevel });
  const now = () => new Date();
  const tracing = await startTracing({ service: 'mapping', env: process.env });
  onShutdown(() => tracing.shutdown());
  const store = withValidation(openEventStore(config.eventStoreUrl, now), { event: assertEvent });
  onShutdown(() => store.close());

  const artifacts = await openArtifactFolder({ folder: config.artifactsFolder });
  const microservice = await startMicroservice({
    service: 'mapping',
    module: mappingModule(new MapReport({ store, artifacts, frameworks: loadFrameworks(), now })),
    natsServers: config.natsServers,
    store,
    relays: ['ReportMapped'],
    logger,
    now,
  });
  onShutdown(() => microservice.close());
  return logger;
});
