import type { Report, ReportAccepted, ReportPage } from '@evidence/contracts';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Call } from '../../core/call/call.js';
import { idempotencyKeyIn } from '../../core/http/idempotency-key.js';
import { preferredWaitS } from '../../core/http/preference.js';
import { goneSignal } from '../edge/gone-signal.js';
import { CallAtHand, Requires } from '../edge/route.js';
import { Regeneration } from './regeneration.js';
import { ReportWatch } from './report-watch.js';
import { Reports } from './reports.js';

@Controller('api/v2/reports')
export class ReportsController {
  constructor(
    private readonly reports: Reports,
    private readonly watch: ReportWatch,
    private readonly regeneration: Regeneration,
  ) {}

  /** Returns 201 with the report if the caller prefers to wait and it is finished in time; otherwise 202, at once or when the time is over. */
  @Post()
  @HttpCode(202)
  @Requires('reports:generate', 'report.created', { metered: 'reports' })
  async request(
    @CallAtHand() call: Call,
    @Body() body: unknown,
    @Headers('idempotency-key') key: string | undefined,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReportAccepted | Report> {
    const accepted = await this.reports.request(call, body, idempotencyKeyIn(key));
    reply.header('location', this.reports.pathOf(accepted.id));
    const finished = await this.#finished(call, accepted.id, preferredWaitS(prefer), reply);
    if (finished) {
      reply.code(201);
      return finished;
    }
    reply.header('retry-after', this.reports.firstLookAfterS());
    return accepted;
  }

  @Get()
  @Requires('reports:read', 'report.listed')
  list(@CallAtHand() { caller }: Call, @Query() query: Record<string, unknown>): ReportPage {
    return this.reports.list(caller, query);
  }

  @Post(':id/regenerate')
  @HttpCode(202)
  @Requires('reports:generate', 'report.regenerated', { metered: 'reports' })
  async regenerate(
    @CallAtHand() call: Call,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReportAccepted> {
    const accepted = await this.regeneration.request(call, id);
    reply.headers({ location: this.reports.pathOf(accepted.id), 'retry-after': this.reports.firstLookAfterS() });
    return accepted;
  }

  async #finished(
    { caller, admitAgain }: Call,
    reportId: string,
    waitS: number | undefined,
    reply: FastifyReply,
  ): Promise<Report | undefined> {
    if (waitS === undefined) return undefined;
    const watcher = { caller, admitAgain, gone: goneSignal(reply) };
    if (!(await this.watch.untilSettled(watcher, reportId, waitS))) return undefined;
    reply.header('preference-applied', `wait=${waitS}`);
    const { report, retryAfterS } = this.reports.look(caller, reportId);
    return retryAfterS === undefined ? report : undefined;
  }
}
