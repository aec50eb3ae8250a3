import type { EventOf, ReportEvent, ReportRequested } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { type ReportLife, reportLife } from '@evidence/report';

/** Everything is checked at the door; `requestedAt` and the id come with the command. */
export type RequestReport = { readonly type: 'RequestReport'; readonly data: ReportRequested };

/** Opens the life of a report. The same id again changes nothing: 128 random bits do not meet by chance, so it is a retry. */
export const requestReport: Decider<RequestReport, ReportLife, ReportEvent> = {
  ...reportLife,
  decide({ data }, life): readonly EventOf<'ReportRequested'>[] {
    return life.phase === 'absent' ? [{ type: 'ReportRequested', data }] : [];
  },
};
