import type { EventOf, ReportEvent, ReportFailed } from '@evidence/contracts';
import type { Decider, Message } from '@evidence/decider';
import { isUnderWay, type ReportLife, reportLife } from './life.js';

export type FailReport = { readonly type: 'FailReport'; readonly data: ReportFailed };

/** Decides only the end of a report that cannot be finished. */
export type FailingDecider<Command extends Message> = Decider<Command, ReportLife, ReportEvent> & {
  decide(command: Command, life: ReportLife): readonly EventOf<'ReportFailed'>[];
};

/** Any stage may give a report up for good. A report that is ready, failed, expired or unknown does not change. */
export const failReport: FailingDecider<FailReport> = {
  ...reportLife,
  decide({ data }, life): readonly EventOf<'ReportFailed'>[] {
    return isUnderWay(life) ? [{ type: 'ReportFailed', data }] : [];
  },
};
