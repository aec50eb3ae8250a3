import type { Finding, FindingPage } from '@evidence/contracts';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { Findings } from '../findings.js';
import { type Call, CallAtHand, Requires } from './route.js';

@Controller('api/v2/findings')
export class FindingsController {
  constructor(private readonly findings: Findings) {}

  @Get()
  @Requires('findings:read')
  list(@CallAtHand() { caller }: Call, @Query() query: Record<string, unknown>): FindingPage {
    return this.findings.list(caller, query);
  }

  @Get(':id')
  @Requires('findings:read')
  get(@CallAtHand() { caller }: Call, @Param('id') id: string): Finding {
    return this.findings.get(caller, id);
  }
}
