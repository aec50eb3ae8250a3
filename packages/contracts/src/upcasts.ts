import type { Upcasts } from './generated/events.js';

/** Converts each older version of an event to the next one. Pure: a member that the old event lacks gets the value that applied when it was written. */
export const upcasts: Upcasts = {
  /** The default of REPORT_DEADLINE_SECONDS, which expiry applied to such reports at the time. */
  'ReportRequested.v1': (data) => ({ ...data, deadlineSeconds: 900 }),
};
