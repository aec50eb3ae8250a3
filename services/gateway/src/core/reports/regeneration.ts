import type { ReportEvent, ReportMapped, ReportRequested, ReportScoped, Rules } from '@evidence/contracts';

/** What an expired report was made of. */
export interface Past {
  readonly request?: ReportRequested;
  readonly scoped?: ReportScoped;
  readonly mapped?: ReportMapped;
}

export function pastAfter(past: Past, { type, data }: ReportEvent): Past {
  if (type === 'ReportRequested') return { ...past, request: data };
  if (type === 'ReportScoped') return { ...past, scoped: data };
  return type === 'ReportMapped' ? { ...past, mapped: data } : past;
}

/**
 * The request for a report that says what the expired one said. `requireKept` throws when verdicts cannot be reached any more by the
 * rules by which that one was made.
 */
export function regenerationOf(
  { request, scoped, mapped }: Past,
  made: Pick<ReportRequested, 'reportId' | 'requestedAt' | 'requestedBy' | 'deadlineSeconds'>,
  requireKept: (pinned: Rules) => void,
): ReportRequested {
  if (!request || !scoped || !mapped) throw new Error('an expired report has been requested, scoped and mapped');
  // Before rules had versions there was the crosswalk's.
  const rules = mapped.rules ?? mapped.crosswalk;
  requireKept(rules);
  return { ...request, ...made, regenerates: { reportId: request.reportId, dataAsOf: scoped.dataAsOf, rules } };
}
