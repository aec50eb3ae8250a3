import type { AuditPage } from '@evidence/contracts';
import { Controller, Get, Query } from '@nestjs/common';
import { Audit } from '../audit.js';
import { type Call, CallAtHand, Requires } from './route.js';

@Controller('api/v2/audit')
export class AuditController {
  constructor(private readonly audit: Audit) {}

  @Get()
  @Requires('audit:read')
  list(@CallAtHand() { caller }: Call, @Query() query: Record<string, unknown>): AuditPage {
    return this.audit.list(caller, query);
  }
}
