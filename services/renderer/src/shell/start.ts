import { ProgressTeller, Reteller } from '@evidence/bus';
import { answering, type Stage } from '@evidence/stage';
import { artifactMakerInThreads, DEFAULT_POOLS } from '../adapters/artifact-maker-in-threads.js';
import { artifactFigures } from './artifact-figures.js';
import { type RendererConfig, rendererConfig } from './config.js';
import { rendererModule } from './module.js';
import { openParts } from './open-parts.js';
import { RenderReport } from './render-report.js';
import type { RenderThreadData } from './render-thread.js';
import { keyIdIn, RestoreArtifact } from './restore-artifact.js';

/**
 * More reports than scoping allows in progress at once: reports that wait for a thread of one pool must not block reports for the other pool.
 * They wait in front of the threads, where tenants take turns.
 */
const IN_HAND_MAX = 16;
const THREAD_FILE = new URL('./render-thread.js', import.meta.url);

export const rendererStage: Stage<RendererConfig> = {
  service: 'renderer',
  config: rendererConfig,

  async open({ config, logger, store, figures, now, onShutdown }) {
    const startedAt = now();
    const { keys, artifacts } = await openParts(config, startedAt);
    const { keyId, isDevelopmentKey } = keys.activeAt(startedAt);
    if (isDevelopmentKey) logger.info({ keyId }, 'signing with a development key');
    const template = { ...DEFAULT_POOLS.template, deadlineMs: config.templateDeadlineSeconds * 1_000 };
    const data: RenderThreadData = { config, startedAt };
    const maker = artifactMakerInThreads(THREAD_FILE, data, { ...DEFAULT_POOLS, template });
    onShutdown(() => maker.close());
    const { retentionSeconds: defaultRetentionSeconds } = config;
    const progress = new ProgressTeller('rendering', now);
    const reteller = new Reteller(store);
    const { tell } = progress;
    const { retell } = reteller;
    const keyIdAt = (instant: Date) => keyIdIn(keys, instant);
    const restore = new RestoreArtifact({ store, artifacts, maker, keyIdAt, retell, logger, now });
    const observe = artifactFigures(figures);
    const parts = { store, maker, tell, retell, restore, defaultRetentionSeconds, observe, now };
    return {
      module: rendererModule(new RenderReport(parts)),
      onListening(nc) {
        progress.speakOver(nc);
        reteller.speakOver(nc);
      },
      relays: ['ReportReady', 'ArtifactRestored', 'ArtifactLost'],
      keeps: ['ReportRequested', 'ReportStarted', 'ReportScoped', 'ReportMapped'],
      concurrency: IN_HAND_MAX,
      probes: { artifacts: answering(() => artifacts.ping()) },
    };
  },
};
