import type { ArtifactStore, BlobRef } from '@evidence/artifacts';
import {
  jsonLinesOf,
  type ReportScoped,
  SCOPE_MEDIA_TYPE,
  type ScopeLine,
  type ScopeTotals,
} from '@evidence/contracts';
import { type ScopeQuestion, scopeLines } from './resolve-scope.js';

/**
 * Resolves a scope and stores the snapshot, line by line as the evidence is read. Equal evidence gives equal bytes. Throws as the artifact
 * store does.
 */
export async function storeScope(
  artifacts: ArtifactStore,
  question: ScopeQuestion,
): Promise<Pick<ReportScoped, 'snapshot' | 'counts'>> {
  let counts: ReportScoped['counts'] | undefined;
  const lines = function* (): Generator<ScopeLine> {
    for (const line of scopeLines(question)) {
      if (line.totals) counts = countsOf(line.totals);
      yield line;
    }
  };
  const snapshot: BlobRef = await artifacts.write(question.tenant, SCOPE_MEDIA_TYPE, jsonLinesOf(lines()), {
    canBeRemade: true,
  });
  if (!counts) throw new Error('A scope has totals.');
  return { snapshot, counts };
}

const countsOf = ({ considered, included, excluded, scans }: ScopeTotals): ReportScoped['counts'] => ({
  ...{ considered, included, excluded, scans },
});
