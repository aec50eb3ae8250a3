import type { ReportEvent, ReportMapped, ReportRequested, ReportScoped } from '@evidence/contracts';
import { Problem } from './problem.js';

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

/** The rules by which verdicts are reached here and now. */
export interface InstalledRules {
  readonly version: string;
  readonly sha256: string;
}

/** The request for a report that says what the expired one said. Throws `rules_changed` when ours would reach other verdicts. */
export function regenerationOf(
  { request, scoped, mapped }: Past,
  installed: InstalledRules,
  made: Pick<ReportRequested, 'reportId' | 'requestedAt' | 'requestedBy'>,
): ReportRequested {
  if (!request || !scoped || !mapped) throw new Error('an expired report has been requested, scoped and mapped');
  if (mapped.rules?.sha256 !== installed.sha256) {
    const message =
      'The report was made by other catalogs, or another crosswalk, than are installed now: ask for a new report.';
    const { version = mapped.crosswalk.version } = mapped.rules ?? {};
    throw new Problem('rules_changed', message, { value: version, allowed: [installed.version] });
  }
  return { ...request, ...made, regenerates: { reportId: request.reportId, dataAsOf: scoped.dataAsOf } };
}
