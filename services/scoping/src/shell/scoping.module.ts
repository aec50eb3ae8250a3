import { OnReportEvent, type ReportCloudEvent } from '@evidence/bus';
import { activeTrace } from '@evidence/runtime';
import { Controller, type DynamicModule, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { ScopeReport } from './scope-report.js';

@Controller()
class ScopingHandlers {
  constructor(@Inject(ScopeReport) private readonly scopeReport: ScopeReport) {}

  @OnReportEvent('ReportRequested')
  onReportRequested(
    @Payload() { id, tenant, data, position, time }: ReportCloudEvent<'ReportRequested'>,
  ): Promise<void> {
    return this.scopeReport.handle({
      reportId: data.reportId,
      tenant,
      eventId: id,
      position: BigInt(position),
      occurredAt: time,
      ...activeTrace(),
    });
  }
}

class ScopingModule {}

export const scopingModule = (scopeReport: ScopeReport): DynamicModule => ({
  module: ScopingModule,
  controllers: [ScopingHandlers],
  providers: [{ provide: ScopeReport, useFactory: () => scopeReport }],
});
