import { type DynamicModule, Module } from '@nestjs/common';
import { Downloads } from './downloads.js';
import { Findings } from './findings.js';
import { FrameworkCatalog } from './framework-catalog.js';
import { DownloadsController } from './http/downloads.controller.js';
import { FindingsController } from './http/findings.controller.js';
import { FrameworksController } from './http/frameworks.controller.js';
import { ProgressController } from './http/progress.controller.js';
import { PublicController } from './http/public.controller.js';
import { ReportsController } from './http/reports.controller.js';
import { PublicKeys } from './public-keys.js';
import { Readiness } from './readiness.js';
import { ReportWatch } from './report-watch.js';
import { Reports } from './reports.js';

/** What the controllers speak to. */
export interface GatewayServices {
  readonly reports: Reports;
  readonly watch: ReportWatch;
  readonly downloads: Downloads;
  readonly findings: Findings;
  readonly catalog: FrameworkCatalog;
  readonly keys: PublicKeys;
  readonly readiness: Readiness;
}

@Module({})
class GatewayModule {}

/** The Nest module of the API over services that are put together already. */
export function gatewayModule(services: GatewayServices): DynamicModule {
  return {
    module: GatewayModule,
    controllers: [
      ReportsController,
      ProgressController,
      DownloadsController,
      FindingsController,
      FrameworksController,
      PublicController,
    ],
    providers: [
      { provide: Reports, useFactory: () => services.reports },
      { provide: ReportWatch, useFactory: () => services.watch },
      { provide: Downloads, useFactory: () => services.downloads },
      { provide: Findings, useFactory: () => services.findings },
      { provide: FrameworkCatalog, useFactory: () => services.catalog },
      { provide: PublicKeys, useFactory: () => services.keys },
      { provide: Readiness, useFactory: () => services.readiness },
    ],
  };
}
