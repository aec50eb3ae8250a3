import { openArtifactFolder } from '@evidence/artifacts';
import { startMicroservice } from '@evidence/bus';
import { assertEvent } from '@evidence/contracts';
import { openEventStore, openViewFile, startProjection, withValidation } from '@evidence/event-store';
import { createLogger, runProcess, startTracing } from '@evidence/runtime';
import { evidenceInViewFile } from './adapters/evidence-in-view-file.js';
import {
  applyToEvidence,
  EVIDENCE_EVENTS,
  EVIDENCE_SCHEMA,
  EVIDENCE_SCHEMA_VERSION,
} from './adapters/evidence-view.js';
import { scopingConfig } from './shell/config.js';
import { ScopeReport } from './shell/scope-report.js';
import { scopingModule } from './shell/scoping.module.js';

await runProcess('scoping', async ({ onShutdown }) => {
  const config = scopingConfig(process.env);
  const logger = createLogger('scoping', { level: config.logLevel });
  const now = () => new Date();
  const tracing = await startTracing({ service: 'scoping', env: process.env });
  onShutdown(() => tracing.shutdown());
  const store = withValidation(openEventStore(config.eventStoreUrl, now), { event: assertEvent });
  onShutdown(() => store.close());

  const view = openViewFile({
    file: config.viewFile,
    schemaVersion: EVIDENCE_SCHEMA_VERSION,
    schema: EVIDENCE_SCHEMA,
  });
  onShutdown(() => view.close());
  const projection = startProjection({ store, filter: EVIDENCE_EVENTS, view, apply: applyToEvidence });
  onShutdown(() => projection.stop());
  // A view that cannot go on is no view: end, and let the supervisor start again.
  void projection.failed.then((cause) => {
    throw cause;
  });

  const evidence = evidenceInViewFile(view, projection);
  const artifacts = await openArtifactFolder({ folder: config.artifactsFolder });
  const microservice = await startMicroservice({
    service: 'scoping',
    module: scopingModule(new ScopeReport({ store, artifacts, evidence, now })),
    natsServers: config.natsServers,
    store,
    relays: ['ReportStarted', 'ReportScoped'],
    logger,
    now,
  });
  onShutdown(() => microservice.close());
  return logger;
});
