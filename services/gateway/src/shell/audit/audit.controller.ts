import type { AuditPage } from '@evidence/contracts';
import { Controller, Get, Query } from '@nestjs/common';
import type { Call } from '../../core/call/call.js';
import { CallAtHand, Requires } from '../edge/route.js';
import { Audit } from './audit.js';

@Controller('api/v2/audit')
export class AuditController {
  constructor(private readonly audit: Audit) {}

  @Get()
  @Requires('audit:read', 'audit.listed')
  list(@CallAtHand() { caller }: Call, @Query() query: Record<string, unknown>): AuditPage {
    return this.audit.list(caller, query);
  }
}
