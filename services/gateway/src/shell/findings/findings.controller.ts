import type { Finding, FindingPage, ImportResult } from '@evidence/contracts';
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import type { Call } from '../../core/call/call.js';
import { CallAtHand, Requires } from '../edge/route.js';
import { Findings } from './findings.js';

type AnyQuery = Record<string, unknown>;

@Controller('api/v2/findings')
export class FindingsController {
  constructor(private readonly findings: Findings) {}

  @Get()
  @Requires('findings:read', 'finding.listed')
  list(@CallAtHand() { caller }: Call, @Query() query: AnyQuery): FindingPage {
    return this.findings.list(caller, query);
  }

  /** A request without a body has an empty file. */
  @Post('import')
  @HttpCode(200)
  @Requires('findings:write', 'finding.imported', { body: 'stream' })
  import(
    @CallAtHand() call: Call,
    @Query() query: AnyQuery,
    @Body() file: AsyncIterable<Uint8Array> | undefined,
  ): Promise<ImportResult> {
    return this.findings.import(call, query, file ?? nothing());
  }

  @Get(':id')
  @Requires('findings:read', 'finding.viewed')
  get(@CallAtHand() { caller }: Call, @Param('id') id: string): Finding {
    return this.findings.get(caller, id);
  }

  @Patch(':id')
  @Requires('findings:write', 'finding.status_changed')
  change(@CallAtHand() call: Call, @Param('id') id: string, @Body() body: unknown): Promise<Finding> {
    return this.findings.change(call, id, body);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
