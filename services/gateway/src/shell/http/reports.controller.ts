import type { ReportAccepted, ReportPage } from '@evidence/contracts';
import { Body, Controller, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Reports } from '../reports.js';
import { type Call, CallAtHand, Requires } from './route.js';

@Controller('api/v2/reports')
export class ReportsController {
  constructor(private readonly reports: Reports) {}

  @Post()
  @HttpCode(202)
  @Requires('reports:generate', { metered: 'reports' })
  async request(
    @CallAtHand() call: Call,
    @Body() body: unknown,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReportAccepted> {
    const accepted = await this.reports.request(call, body, key);
    reply.headers({ location: this.reports.pathOf(accepted.id), 'retry-after': this.reports.firstLookAfterS() });
    return accepted;
  }

  @Get()
  @Requires('reports:read')
  list(@CallAtHand() { caller }: Call, @Query() query: Record<string, unknown>): ReportPage {
    return this.reports.list(caller, query);
  }
}
