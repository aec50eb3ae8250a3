import type { ArtifactStore } from '@evidence/artifacts';
import { assertDocument, canonicalJson, type ScopeSnapshot } from '@evidence/contracts';
import type { EventStore } from '@evidence/event-store';
import type { Frameworks } from '@evidence/frameworks';
import { type Cause, decideOnReport, readReport } from '@evidence/report';
import { mapFindings } from '@evidence/verdicts';
import { mapping } from '../core/decider.js';

export interface MapParts {
  readonly store: EventStore;
  readonly artifacts: ArtifactStore;
  readonly frameworks: Frameworks;
  readonly now: () => Date;
}

/** From a scoped report to a mapped one: refs per finding, coverage per control, overlaps. */
export class MapReport {
  constructor(private readonly parts: MapParts) {}

  /** Does nothing for a report that is not scoped, or is mapped already. */
  async handle(cause: Cause): Promise<void> {
    const { store, artifacts, frameworks, now } = this.parts;
    const life = await readReport(store, cause.reportId);
    if (life.phase !== 'scoped') return;
    const { request, scoped } = life;
    const mapped = mapFindings({
      snapshot: await this.#scope(request.tenant, scoped.snapshot.sha256),
      snapshotSha256: scoped.snapshot.sha256,
      requested: request.frameworks,
      policy: request.mapping,
      strength: request.strength ?? 'primary',
      system: request.system,
      dataAsOf: scoped.dataAsOf.at,
      frameworks,
    });
    const snapshot = await artifacts.put(request.tenant, canonicalJson(mapped), 'application/json');
    const data = {
      reportId: cause.reportId,
      mappedAt: now().toISOString(),
      scopeSnapshot: scoped.snapshot,
      snapshot,
      crosswalk: mapped.crosswalk,
      ...(mapped.rules && { rules: mapped.rules }),
      counts: {
        findings: mapped.findings.length,
        refs: mapped.findings.reduce((sum, { mappings }) => sum + mappings.length, 0),
        overlaps: mapped.overlaps.length,
      },
    };
    const writer = { store, actor: 'service:mapping', now };
    await decideOnReport(writer, mapping, { type: 'RecordMapping', data }, cause);
  }

  async #scope(tenant: string, sha256: string): Promise<ScopeSnapshot> {
    const document: unknown = JSON.parse(Buffer.from(await this.parts.artifacts.get(tenant, sha256)).toString('utf8'));
    assertDocument('ScopeSnapshot.v1', document);
    return document as ScopeSnapshot;
  }
}
