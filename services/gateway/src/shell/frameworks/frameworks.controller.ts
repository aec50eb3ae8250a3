import type { Framework, FrameworkCrosswalk, FrameworkList } from '@evidence/contracts';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { AnyToken } from '../edge/route.js';
import { FrameworkCatalog } from './framework-catalog.js';

@Controller('api/v2/frameworks')
export class FrameworksController {
  constructor(private readonly catalog: FrameworkCatalog) {}

  @Get()
  @AnyToken('framework.listed', { tagged: true })
  list(): FrameworkList {
    return this.catalog.list();
  }

  @Get(':slug')
  @AnyToken('framework.viewed', { tagged: true })
  get(@Param('slug') slug: string): Framework {
    return this.catalog.get(slug);
  }

  @Get(':slug/crosswalk')
  @AnyToken('framework.crosswalk.viewed', { tagged: true })
  crosswalk(@Param('slug') slug: string, @Query() query: Record<string, unknown>): FrameworkCrosswalk {
    return this.catalog.crosswalk(slug, query);
  }
}
