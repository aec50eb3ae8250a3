import { OnReportEvent, type ReportCloudEvent } from '@evidence/bus';
import { activeTrace } from '@evidence/runtime';
import { Controller, type DynamicModule, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { RenderReport } from './render-report.js';

@Controller()
class RendererHandlers {
  constructor(@Inject(RenderReport) private readonly renderReport: RenderReport) {}

  @OnReportEvent('ReportMapped')
  onReportMapped(@Payload() { id, tenant, data }: ReportCloudEvent<'ReportMapped'>): Promise<void> {
    return this.renderReport.handle({ reportId: data.reportId, tenant, eventId: id, ...activeTrace() });
  }
}

class RendererModule {}

export const rendererModule = (renderReport: RenderReport): DynamicModule => ({
  module: RendererModule,
  controllers: [RendererHandlers],
  providers: [{ provide: RenderReport, useFactory: () => renderReport }],
});
