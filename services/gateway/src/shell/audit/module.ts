import type { DynamicModule } from '@nestjs/common';
import type { Seal } from '../../core/call/seal.js';
import { subjectModule } from '../subject.js';
import type { Views } from '../views.js';
import { AuditController } from './audit.controller.js';
import { Audit } from './audit.js';

class AuditModule {}

/** The module of the audit log. */
export const openAudit = ({
  views,
  seal,
}: {
  readonly views: Pick<Views, 'audit'>;
  readonly seal: Seal;
}): DynamicModule =>
  subjectModule(AuditModule, [AuditController], [new Audit(views.audit.view, views.audit.projection, seal)]);
