import type { Frameworks } from '@evidence/frameworks';
import type { DynamicModule } from '@nestjs/common';
import { subjectModule } from '../subject.js';
import { FrameworkCatalog } from './framework-catalog.js';
import { FrameworksController } from './frameworks.controller.js';

class FrameworksModule {}

/** The module of frameworks. */
export const openFrameworks = ({ frameworks }: { readonly frameworks: Frameworks }): DynamicModule =>
  subjectModule(FrameworksModule, [FrameworksController], [new FrameworkCatalog(frameworks)]);
