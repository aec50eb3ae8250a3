import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../edge/route.js';
import { Metrics } from './metrics.js';

@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get('metrics')
  @Public()
  async expose(@Res() reply: FastifyReply): Promise<void> {
    void reply.type(this.metrics.contentType).send(await this.metrics.expose());
  }
}
