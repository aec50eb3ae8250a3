import type { EventOf } from '@evidence/contracts';
import { loadFrameworks } from '@evidence/frameworks';

/** A report that was mapped by the rules that are installed here. */
export const byInstalledRules = (mapped: EventOf<'ReportMapped'>): EventOf<'ReportMapped'> => {
  const { version, sha256 } = loadFrameworks().rules;
  return { ...mapped, data: { ...mapped.data, rules: { version, sha256 } } };
};
