import type { Framework, FrameworkList } from '@evidence/contracts';
import { Controller, Get, Param } from '@nestjs/common';
import { FrameworkCatalog } from '../framework-catalog.js';
import { AnyToken } from './route.js';

@Controller('api/v2/frameworks')
export class FrameworksController {
  constructor(private readonly catalog: FrameworkCatalog) {}

  @Get()
  @AnyToken()
  list(): FrameworkList {
    return this.catalog.list();
  }

  @Get(':slug')
  @AnyToken()
  get(@Param('slug') slug: string): Framework {
    return this.catalog.get(slug);
  }
}
