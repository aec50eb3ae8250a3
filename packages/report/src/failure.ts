import type { EventOf, ReportEvent, ReportFailed } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { isUnderWay, type ReportLife, reportLife } from './life.js';

export type FailReport = { readonly type: 'FailReport'; readonly data: ReportFailed };

/** Any stage may give a report up for good. A report that is ready, failed, expired or unknown stays what it is. */
export const failReport: Decider<FailReport, ReportLife, ReportEvent> = {
  ...reportLife,
  decide({ data }, life): readonly EventOf<'ReportFailed'>[] {
    return isUnderWay(life) ? [{ type: 'ReportFailed', data }] : [];
  },
};
