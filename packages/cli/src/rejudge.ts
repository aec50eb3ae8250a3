import type { ArtifactStore } from '@evidence/artifacts';
import type { Frameworks } from '@evidence/frameworks';
import { readMapping, readScope } from '@evidence/report/snapshots';
import { mappingQuestionOf, ScopeMapping, type VerdictChange, verdictChanges } from '@evidence/verdicts';
import type { IssuedReport } from './issued-reports.js';

/**
 * Which verdicts of an issued report would differ under the rules of `frameworks`, from the snapshots that it was made from. Throws
 * `SnapshotError` when a snapshot is gone or damaged, `ArtifactError` when the store cannot be read, `ContractError` or `SyntaxError` when a
 * snapshot's form is no longer supported, and the `Refusal` `framework_unknown` when an edition no longer has a catalog.
 */
export async function rejudge(
  report: IssuedReport,
  artifacts: Pick<ArtifactStore, 'read'>,
  frameworks: Frameworks,
): Promise<VerdictChange[]> {
  const { tenant, scoped, mapped } = report;
  const issued = await readMapping(artifacts, tenant, mapped.snapshot);
  const now = new ScopeMapping(mappingQuestionOf(report, frameworks));
  for await (const line of readScope(artifacts, tenant, scoped.snapshot)) now.take(line);
  return verdictChanges(issued.coverage, now.result().coverage);
}
