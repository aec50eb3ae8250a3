import { type JetStreamContext, OnReportEvent, type ReportCloudEvent } from '@evidence/bus';
import { activeTrace } from '@evidence/runtime';
import { Controller, type DynamicModule, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { MapReport } from './map-report.js';

@Controller()
class MappingHandlers {
  constructor(@Inject(MapReport) private readonly mapReport: MapReport) {}

  @OnReportEvent('ReportScoped')
  onReportScoped(
    @Payload() { id, tenant, data }: ReportCloudEvent<'ReportScoped'>,
    @Ctx() { history }: JetStreamContext,
  ): Promise<void> {
    return this.mapReport.handle({ reportId: data.reportId, tenant, eventId: id, ...activeTrace() }, history);
  }
}

class MappingModule {}

export const mappingModule = (mapReport: MapReport): DynamicModule => ({
  module: MappingModule,
  controllers: [MappingHandlers],
  providers: [{ provide: MapReport, useFactory: () => mapReport }],
});
