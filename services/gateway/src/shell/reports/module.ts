import type { ArtifactStore } from '@evidence/artifacts';
import type { EventLog } from '@evidence/event-store/log';
import type { Frameworks } from '@evidence/frameworks';
import { openArchive } from '@evidence/frameworks/load';
import type { Logger } from '@evidence/runtime';
import type { DynamicModule } from '@nestjs/common';
import type { Seal } from '../../core/call/seal.js';
import type { Bus } from '../../ports.js';
import { IdempotencyKeys } from '../call/idempotency-keys.js';
import type { Room } from '../call/room.js';
import type { Writer } from '../call/writer.js';
import type { GatewayConfig } from '../config.js';
import { subjectModule } from '../subject.js';
import type { Views } from '../views.js';
import { DownloadsController } from './downloads.controller.js';
import { Downloads } from './downloads.js';
import type { HeardProgress } from './heard-progress.js';
import { ProgressController } from './progress.controller.js';
import { Regeneration } from './regeneration.js';
import { ReportWatch } from './report-watch.js';
import { ReportsController } from './reports.controller.js';
import { Reports } from './reports.js';

export interface ReportsModuleParts {
  readonly config: Pick<GatewayConfig, 'publicUrl' | 'findingUrlTemplate' | 'deadlineSeconds'> &
    Partial<Pick<GatewayConfig, 'packTemplates'>>;
  readonly views: Pick<Views, 'reports'>;
  readonly store: EventLog;
  readonly writer: Writer;
  readonly room: Room;
  readonly artifacts: ArtifactStore;
  readonly bus: Pick<Bus, 'askForFiles'>;
  readonly frameworks: Frameworks;
  readonly heard: HeardProgress;
  readonly seal: Seal;
  /** The interval of heartbeats on a stream of events. Default: 15 s. */
  readonly heartbeatMs?: number | undefined;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly randomBytes: (sizeBytes: number) => Uint8Array;
}

export interface ReportsModule {
  readonly module: DynamicModule;
  /** Ends all waits for reports. */
  letGo(): void;
  /** Resolves when all downloads so far are recorded, or written to the service's log. */
  drain(): Promise<void>;
}

class ReportsNestModule {}

/** The module of reports. */
export function openReports(parts: ReportsModuleParts): ReportsModule {
  const { config, views, store, writer, frameworks } = parts;
  const { packTemplates = 'on' } = config;
  const reports = new Reports({
    ...parts,
    ...views.reports,
    keys: new IdempotencyKeys(writer),
    reportsUrl: `${config.publicUrl}/api/v2/reports`,
    findingUrlTemplate: config.findingUrlTemplate,
    packTemplates,
    deadlineSeconds: config.deadlineSeconds,
  });
  const watch = new ReportWatch({ ...parts, reports, view: views.reports.view });
  const downloads = new Downloads({ ...parts, reports });
  const regeneration = new Regeneration({
    reports,
    store,
    packTemplates,
    rules: { installed: frameworks, archive: openArchive() },
  });
  return {
    module: subjectModule(
      ReportsNestModule,
      [ReportsController, ProgressController, DownloadsController],
      [reports, watch, downloads, regeneration],
    ),
    letGo: () => watch.close(),
    drain: () => downloads.drain(),
  };
}
