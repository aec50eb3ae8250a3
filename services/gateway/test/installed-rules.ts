import type { EventOf } from '@evidence/contracts';
import { loadFrameworks } from '@evidence/frameworks/load';
import { rulesOf } from '@evidence/verdicts';

/** A report that was mapped with the rules that are installed here. */
export const byInstalledRules = (mapped: EventOf<'ReportMapped'>): EventOf<'ReportMapped'> => {
  return { ...mapped, data: { ...mapped.data, rules: rulesOf(loadFrameworks()) } };
};
