import type { Evaluations } from '@evidence/contracts';
import { countOf, isObject } from '../json/values.js';
import type { ScanAccount } from '../scan-account.js';

/** With what the file says in sum. More findings or failures than its rows show are missing; more passes are not. */
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
