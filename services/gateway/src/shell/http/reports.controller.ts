import type { Report, ReportAccepted, ReportPage } from '@evidence/contracts';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Reports } from '../reports.js';
import { type Call, CallAtHand, Requires } from './route.js';

/** A first look is worth while after so long: a small report takes about as much. */
const FIRST_LOOK_AFTER_S = 1;

@Controller('api/v2/reports')
export class ReportsController {
  constructor(private readonly reports: Reports) {}

  @Post()
  @HttpCode(202)
  @Requires('reports:generate')
  async request(
    @CallAtHand() call: Call,
    @Body() body: unknown,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReportAccepted> {
    const accepted = await this.reports.request(call, body, key);
    reply.headers({ location: `/api/v2/reports/${accepted.id}`, 'retry-after': FIRST_LOOK_AFTER_S });
    return accepted;
  }

  @Get()
  @Requires('reports:read')
  list(@CallAtHand() { caller }: Call, @Query() query: Record<string, unknown>): ReportPage {
    return this.reports.list(caller, query);
  }

  @Get(':id')
  @Requires('reports:read')
  get(@CallAtHand() { caller }: Call, @Param('id') id: string): Report {
    return this.reports.get(caller, id);
  }
}
