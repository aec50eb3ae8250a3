import { type DynamicModule, Module } from '@nestjs/common';
import { ApiDocuments } from './api-documents.js';
import { Audit } from './audit.js';
import { Downloads } from './downloads.js';
import { Findings } from './findings.js';
import { FrameworkCatalog } from './framework-catalog.js';
import { AuditController } from './http/audit.controller.js';
import { DocsController } from './http/docs.controller.js';
import { DownloadsController } from './http/downloads.controller.js';
import { FindingsController } from './http/findings.controller.js';
import { FrameworksController } from './http/frameworks.controller.js';
import { MetricsController } from './http/metrics.controller.js';
import { ProgressController } from './http/progress.controller.js';
import { PublicController } from './http/public.controller.js';
import { ReportsController } from './http/reports.controller.js';
import { Metrics } from './metrics.js';
import { PublicKeys } from './public-keys.js';
import { Readiness } from './readiness.js';
import { Regeneration } from './regeneration.js';
import { ReportWatch } from './report-watch.js';
import { Reports } from './reports.js';

/** What the controllers speak to. */
export interface GatewayServices {
  readonly reports: Reports;
  readonly watch: ReportWatch;
  readonly downloads: Downloads;
  readonly regeneration: Regeneration;
  readonly findings: Findings;
  readonly catalog: FrameworkCatalog;
  readonly audit: Audit;
  readonly keys: PublicKeys;
  readonly documents: ApiDocuments;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
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
      AuditController,
      PublicController,
      MetricsController,
      DocsController,
    ],
    providers: [
      { provide: Reports, useFactory: () => services.reports },
      { provide: ReportWatch, useFactory: () => services.watch },
      { provide: Regeneration, useFactory: () => services.regeneration },
      { provide: Downloads, useFactory: () => services.downloads },
      { provide: Findings, useFactory: () => services.findings },
      { provide: FrameworkCatalog, useFactory: () => services.catalog },
      { provide: Audit, useFactory: () => services.audit },
      { provide: PublicKeys, useFactory: () => services.keys },
      { provide: ApiDocuments, useFactory: () => services.documents },
      { provide: Readiness, useFactory: () => services.readiness },
      { provide: Metrics, useFactory: () => services.metrics },
    ],
  };
}
