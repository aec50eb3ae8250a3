import type { ReportRequested, ReportScoped } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import type { MappingQuestion } from './map-scope.js';

/** What a report asks of the mapping, from its events. */
export const mappingQuestionOf = (
  { request, scoped }: { readonly request: Omit<ReportRequested, 'template'>; readonly scoped: ReportScoped },
  frameworks: Frameworks,
): MappingQuestion => ({
  snapshotSha256: scoped.snapshot.sha256,
  requested: request.frameworks,
  policy: request.mapping,
  strength: request.strength ?? 'primary',
  system: request.system,
  dataAsOf: scoped.dataAsOf.at,
  frameworks,
});
