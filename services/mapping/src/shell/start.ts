import { openArtifactFolder } from '@evidence/artifacts';
import { ProgressTeller, Reteller } from '@evidence/bus';
import { loadFrameworks, openArchive } from '@evidence/frameworks/load';
import { answering, type Stage } from '@evidence/stage';
import { type MappingConfig, mappingConfig } from './config.js';
import { MapReport } from './map-report.js';
import { mappingModule } from './module.js';

export const mappingStage: Stage<MappingConfig> = {
  service: 'mapping',
  config: mappingConfig,

  async open({ config, store, now }) {
    const artifacts = await openArtifactFolder({ folder: config.artifactsFolder });
    const rules = { installed: loadFrameworks(), archive: openArchive() };
    const progress = new ProgressTeller('mapping', now);
    const reteller = new Reteller(store);
    const parts = { store, artifacts, rules, tell: progress.tell, retell: reteller.retell, now };
    const mapReport = new MapReport(parts);
    return {
      module: mappingModule(mapReport),
      relays: ['ReportMapped'],
      keeps: ['ReportRequested', 'ReportStarted', 'ReportScoped'],
      probes: { artifacts: answering(() => artifacts.ping()) },
      onListening(nc) {
        progress.speakOver(nc);
        reteller.speakOver(nc);
      },
    };
  },
};
