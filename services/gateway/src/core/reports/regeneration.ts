import type { ReportEvent, ReportMapped, ReportRequested, ReportScoped, Rules } from '@evidence/contracts';

/** What an expired report was made from. */
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
 * The request for a report with the same content as the expired one. `requireKept` throws if this build no longer has the rules with which that one
 * was made.
 */
export function regenerationOf(
  { request, scoped, mapped }: Past,
  made: Pick<ReportRequested, 'reportId' | 'requestedAt' | 'requestedBy' | 'deadlineSeconds'>,
  requireKept: (pinned: Rules) => void,
): ReportRequested {
  if (!request || !scoped || !mapped)
    throw new Error('The history of an expired report lacks its request, scope or mapping.');
  // Before rules had versions, the version of the crosswalk counted.
  const rules = mapped.rules ?? mapped.crosswalk;
  requireKept(rules);
  return { ...request, ...made, regenerates: { reportId: request.reportId, dataAsOf: scoped.dataAsOf, rules } };
}
