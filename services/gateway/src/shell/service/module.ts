import type { ArtifactStore } from '@evidence/artifacts';
import type { EventLog } from '@evidence/event-store/log';
import { type DiskShortage, type DiskWatch, shortageInWords } from '@evidence/runtime';
import type { JwkSet } from '@evidence/signing';
import { answering, type Figures, type Probes, StoreProbe } from '@evidence/stage';
import type { DynamicModule } from '@nestjs/common';
import type { Bus } from '../../ports.js';
import type { GatewayConfig } from '../config.js';
import { subjectModule } from '../subject.js';
import type { Views } from '../views.js';
import { ApiDocuments } from './api-documents.js';
import { DocsController } from './docs.controller.js';
import { MetricsController } from './metrics.controller.js';
import type { Metrics } from './metrics.js';
import { PublicController } from './public.controller.js';
import { PublicKeys } from './public-keys.js';
import { Readiness } from './readiness.js';

export interface ServiceModuleParts {
  readonly config: Pick<GatewayConfig, 'publicUrl' | 'publicNatsUrl'>;
  readonly views: Pick<Views, 'behind' | 'progress' | 'quarantined' | 'warnings'>;
  readonly store: Pick<EventLog, 'head'>;
  readonly bus: Pick<Bus, 'missing' | 'warnings'>;
  readonly disk: Pick<DiskWatch, 'shortage'>;
  readonly figures: Pick<Figures, 'gaugeWarnings'>;
  readonly metrics: Metrics;
  readonly artifacts: Pick<ArtifactStore, 'ping'>;
  /** The public halves of the signing keys. */
  readonly publishedKeys: JwkSet;
}

class ServiceModule {}

/** The module of the service itself: health, metrics, keys and contracts. */
export function openService({
  config,
  views,
  store,
  bus,
  artifacts,
  disk,
  figures,
  metrics,
  publishedKeys,
}: ServiceModuleParts): {
  readonly module: DynamicModule;
  readonly probes: Probes;
  readonly readiness: Readiness;
} {
  const storeProbe = new StoreProbe(store);
  let shortage: DiskShortage | undefined;
  const probes: Probes = {
    'event-store': storeProbe.probe,
    nats: () => bus.missing(),
    views: async () => views.behind(),
    artifacts: answering(() => artifacts.ping()),
    disk: async () => {
      shortage = await disk.shortage();
      return shortage ? ['disk'] : [];
    },
  };
  const warnings = () => ({
    ...storeProbe.warnings(),
    ...views.warnings(),
    ...bus.warnings(),
    ...(shortage && { disk: shortageInWords(shortage) }),
  });
  figures.gaugeWarnings(warnings);
  const readiness = new Readiness(
    probes,
    () => views.quarantined(),
    warnings,
    () => views.progress(),
  );
  const module = subjectModule(
    ServiceModule,
    [PublicController, MetricsController, DocsController],
    [readiness, metrics, new PublicKeys(publishedKeys), new ApiDocuments(config)],
  );
  return { module, probes, readiness };
}
