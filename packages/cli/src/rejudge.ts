import type { ArtifactStore } from '@evidence/artifacts';
import { assertDocument, type MappingSnapshot, type ScopeSnapshot } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { mapFindings, type VerdictChange, verdictChanges } from '@evidence/verdicts';
import type { IssuedReport } from './issued-reports.js';

/**
 * Which verdicts of an issued report would be others by the rules of `frameworks`, from the snapshots that it was made of. Throws
 * `ArtifactError` when a snapshot is gone or damaged, `ContractError` or `SyntaxError` when it is of a form that cannot be read any more,
 * and the `Refusal` `framework_unknown` when an edition has no catalog any more.
 */
export async function rejudge(
  { tenant, request, scoped, mapped }: IssuedReport,
  artifacts: Pick<ArtifactStore, 'get'>,
  frameworks: Frameworks,
): Promise<VerdictChange[]> {
  const issued = (await snapshot(mapped.snapshot.sha256, 'MappingSnapshot.v1')) as MappingSnapshot;
  const scope = (await snapshot(scoped.snapshot.sha256, 'ScopeSnapshot.v1')) as ScopeSnapshot;
  const now = mapFindings({
    snapshot: scope,
    snapshotSha256: scoped.snapshot.sha256,
    requested: request.frameworks,
    policy: request.mapping,
    strength: request.strength ?? 'primary',
    system: request.system,
    dataAsOf: scoped.dataAsOf.at,
    frameworks,
  });
  return verdictChanges(issued.coverage, now.coverage);

  async function snapshot(sha256: string, schema: 'ScopeSnapshot.v1' | 'MappingSnapshot.v1'): Promise<unknown> {
    const document: unknown = JSON.parse(Buffer.from(await artifacts.get(tenant, sha256)).toString('utf8'));
    assertDocument(schema, document);
    return document;
  }
}
