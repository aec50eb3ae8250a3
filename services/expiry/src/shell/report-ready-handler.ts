import { OnReportEvent, type ReportCloudEvent } from '@evidence/bus';
import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Expiry } from './expiry.js';

/** Hears of every report as it becomes ready. */
@Controller()
export class ReportReadyHandler {
  constructor(private readonly expiry: Expiry) {}

  /** Seldom due already: after days off, or with a retention of seconds. Else the clock sees to it, from the log. */
  @OnReportEvent('ReportReady')
  async onReportReady(@Payload() event: ReportCloudEvent<'ReportReady'>): Promise<void> {
    const { subject: reportId, tenant, id: eventId, traceparent, tracestate } = event;
    const trace = { ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) };
    await this.expiry.expire({ reportId, tenant, eventId, ...trace });
  }
}
