import type { Framework, FrameworkCrosswalk, FrameworkList } from '@evidence/contracts';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { FrameworkCatalog } from '../framework-catalog.js';
import { AnyToken } from './route.js';

@Controller('api/v2/frameworks')
export class FrameworksController {
  constructor(private readonly catalog: FrameworkCatalog) {}

  @Get()
  @AnyToken({ tagged: true })
  list(): FrameworkList {
    return this.catalog.list();
  }

  @Get(':slug')
  @AnyToken({ tagged: true })
  get(@Param('slug') slug: string): Framework {
    return this.catalog.get(slug);
  }

  @Get(':slug/crosswalk')
  @AnyToken({ tagged: true })
  crosswalk(@Param('slug') slug: string, @Query() query: Record<string, unknown>): FrameworkCrosswalk {
    return this.catalog.crosswalk(slug, query);
  }
}
