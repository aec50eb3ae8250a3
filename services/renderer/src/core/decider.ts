import type { EventOf, ReportEvent, ReportReady } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { type ReportLife, reportLife } from '@evidence/report';

export type RenderingCommand = { readonly type: 'RecordArtifact'; readonly data: ReportReady };

/** A mapped report becomes ready with its artifact. In any other phase, this has been done already, or the report has ended. */
export const rendering: Decider<RenderingCommand, ReportLife, ReportEvent> = {
  ...reportLife,

  decide({ data }, life): readonly EventOf<'ReportReady'>[] {
    return life.phase === 'mapped' ? [{ type: 'ReportReady', data }] : [];
  },
};
