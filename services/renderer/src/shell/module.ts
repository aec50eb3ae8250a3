import { type JetStreamContext, OnReportEvent, type ReportCloudEvent } from '@evidence/bus';
import { activeTrace } from '@evidence/runtime';
import { Controller, type DynamicModule, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { RenderReport } from './render-report.js';

@Controller()
class RendererHandlers {
  constructor(@Inject(RenderReport) private readonly renderReport: RenderReport) {}

  @OnReportEvent('ReportMapped')
  onReportMapped(
    @Payload() { id, tenant, data }: ReportCloudEvent<'ReportMapped'>,
    @Ctx() { history }: JetStreamContext,
  ): Promise<void> {
    return this.renderReport.handle({ reportId: data.reportId, tenant, eventId: id, ...activeTrace() }, history);
  }
}

class RendererModule {}

export const rendererModule = (renderReport: RenderReport): DynamicModule => ({
  module: RendererModule,
  controllers: [RendererHandlers],
  providers: [{ provide: RenderReport, useFactory: () => renderReport }],
});
