import { Readable } from 'node:stream';
import type { Report } from '@evidence/contracts';
import { Controller, Get, Headers, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Call } from '../../core/call/call.js';
import { Problem } from '../../core/call/problem.js';
import { sentences } from '../../core/call/sentences.js';
import { preferredWaitS } from '../../core/http/preference.js';
import { HEARTBEAT, RECONNECT, sentEventOf } from '../../core/http/sent-event.js';
import type { ProgressNews } from '../../core/reports/report-progress.js';
import { goneSignal } from '../edge/gone-signal.js';
import { CallAtHand, Requires } from '../edge/route.js';
import { ReportWatch } from './report-watch.js';
import { Reports } from './reports.js';

/** Reading one report: its current state, its state when it is done, or its progress step by step. */
@Controller('api/v2/reports/:id')
export class ProgressController {
  constructor(
    private readonly reports: Reports,
    private readonly watch: ReportWatch,
  ) {}

  @Get()
  @Requires('reports:read', 'report.viewed')
  async get(
    @CallAtHand() { caller, admitAgain }: Call,
    @Param('id') id: string,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Report> {
    const waitS = preferredWaitS(prefer);
    if (waitS !== undefined) {
      const watcher = { caller, admitAgain, gone: goneSignal(reply) };
      const waited = await this.watch.untilSettled(watcher, id, waitS);
      admitAgain();
      if (waited) reply.header('preference-applied', `wait=${waitS}`);
    }
    const { report, retryAfterS } = this.reports.look(caller, id);
    if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
    return report;
  }

  /** 204 tells an `EventSource` not to reconnect (WHATWG HTML §9.2.2). */
  @Get('events')
  @Requires('reports:read', 'report.followed')
  async events(
    @CallAtHand() { caller, admitAgain }: Call,
    @Param('id') id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() { method }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const watcher = { caller, admitAgain, gone: goneSignal(reply) };
    const events = await this.watch.follow(watcher, id, revisionIn(lastEventId));
    reply.header('cache-control', 'no-store');
    if (!events) return void reply.code(204).send();
    // Proxies such as nginx would keep the events until a buffer is full.
    reply.type('text/event-stream').header('x-accel-buffering', 'no');
    void reply.send(Readable.from(method === 'HEAD' ? [] : sent(events)));
  }
}

async function* sent(events: AsyncIterable<readonly ProgressNews[]>): AsyncGenerator<string> {
  yield RECONNECT;
  for await (const news of events) yield news.length === 0 ? HEARTBEAT : news.map(sentEventOf).join('');
}

/** The revision after which a client continues, from the `id` of the last event that it received. Throws `invalid_request`. */
function revisionIn(lastEventId: string | undefined): bigint | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined;
  if (/^\d{1,18}$/.test(lastEventId)) return BigInt(lastEventId);
  throw new Problem('invalid_request', sentences.lastEventIdInvalid, { field: 'Last-Event-ID', value: lastEventId });
}
