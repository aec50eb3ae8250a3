import type { DynamicModule } from '@nestjs/common';
import type { GatewayConfig } from '../config.js';
import { subjectModule } from '../subject.js';
import type { Views } from '../views.js';
import { FindingsController } from './findings.controller.js';
import { Findings, type FindingsParts } from './findings.js';

export interface FindingsModuleParts
  extends Pick<FindingsParts, 'store' | 'writer' | 'room' | 'frameworks' | 'seal' | 'now'> {
  readonly config: Pick<GatewayConfig, 'importBytesMax'>;
  readonly views: Pick<Views, 'findings'>;
}

class FindingsModule {}

/** The module of findings. */
export function openFindings(parts: FindingsModuleParts): DynamicModule {
  const { importBytesMax } = parts.config;
  const findings = new Findings({ ...parts, ...parts.views.findings, importBytesMax });
  return subjectModule(FindingsModule, [FindingsController], [findings]);
}
