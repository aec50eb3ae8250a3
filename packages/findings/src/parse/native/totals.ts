import type { Evaluations } from '@evidence/contracts';
import { countOf, isObject } from '../json/values.js';
import type { ScanAccount } from '../scan-account.js';

/** Compares the rows with the stated totals. If the totals have more findings or failures, results are missing; more passes are not a gap. */
export function compareTotals(
  totals: unknown,
  { findings, passed, failed }: Evaluations & { readonly findings: number },
  account: ScanAccount,
): void {
  if (!isObject(totals)) return;
  for (const [name, counted] of Object.entries({ findings, passed, failed })) {
    const stated = countOf(totals[name]);
    if (stated === undefined || counted === null || stated === counted) continue;
    const discrepancy = { subject: `totals: ${name}`, stated, counted };
    if (name === 'passed') account.contradiction(discrepancy);
    else account.shortfall(discrepancy);
  }
}
