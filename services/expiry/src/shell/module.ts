import { OnReportEvent, type ReportCloudEvent } from '@evidence/bus';
import { activeTrace } from '@evidence/runtime';
import { Controller, type DynamicModule, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Expiry } from './expiry.js';

@Controller()
class ExpiryHandlers {
  constructor(@Inject(Expiry) private readonly expiry: Expiry) {}

  /** A report is rarely due already, only after days of downtime or with a retention of seconds. Otherwise the clock finds it in the log. */
  @OnReportEvent('ReportReady')
  onReportReady(@Payload() { id, tenant, data }: ReportCloudEvent<'ReportReady'>): Promise<void> {
    return this.expiry.expire({ reportId: data.reportId, tenant, eventId: id, ...activeTrace() });
  }
}

class ExpiryModule {}

export const expiryModule = (expiry: Expiry): DynamicModule => ({
  module: ExpiryModule,
  controllers: [ExpiryHandlers],
  providers: [{ provide: Expiry, useFactory: () => expiry }],
});
