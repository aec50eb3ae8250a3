import type { EventOf, ReportEvent, ReportMapped } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { type ReportLife, reportLife } from '@evidence/report';

export type MappingCommand = { readonly type: 'RecordMapping'; readonly data: ReportMapped };

/** A scoped report gets its mapping. In any other phase, this has been done already, or the report has ended. */
export const mapping: Decider<MappingCommand, ReportLife, ReportEvent> = {
  ...reportLife,

  decide({ data }, life): readonly EventOf<'ReportMapped'>[] {
    return life.phase === 'scoped' ? [{ type: 'ReportMapped', data }] : [];
  },
};
