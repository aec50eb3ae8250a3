import type { Upcasts } from './generated/events.js';

/** Each older version of an event, made the next version. Pure: what an old event never said gets the value that held when it was written. */
export const upcasts: Upcasts = {
  /** The default of REPORT_DEADLINE_SECONDS, which expiry then applied by itself. */
  'ReportRequested.v1': (data) => ({ ...data, deadlineSeconds: 900 }),
};
