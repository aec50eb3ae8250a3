import { type JetStreamContext, OnReportEvent, type ReportCloudEvent } from '@evidence/bus';
import { activeTrace } from '@evidence/runtime';
import { Controller, type DynamicModule, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ScopeReport } from './scope-report.js';
import { Turns } from './turns.js';

@Controller()
class ScopingHandlers {
  constructor(
    @Inject(ScopeReport) private readonly scopeReport: ScopeReport,
    @Inject(Turns) private readonly turns: Turns,
  ) {}

  /** The report waits for its turn, in the log. The message is consumed so that an unreadable request is parked, and its report fails. */
  @OnReportEvent('ReportRequested')
  onReportRequested(): void {
    this.turns.wake();
  }

  @OnReportEvent('ReportStarted')
  onReportStarted(
    @Payload() { id, tenant, data }: ReportCloudEvent<'ReportStarted'>,
    @Ctx() { history }: JetStreamContext,
  ): Promise<void> {
    return this.scopeReport.handle({ reportId: data.reportId, tenant, eventId: id, ...activeTrace() }, history);
  }
}

class ScopingModule {}

export const scopingModule = (scopeReport: ScopeReport, turns: Turns): DynamicModule => ({
  module: ScopingModule,
  controllers: [ScopingHandlers],
  providers: [
    { provide: ScopeReport, useFactory: () => scopeReport },
    { provide: Turns, useFactory: () => turns },
  ],
});
