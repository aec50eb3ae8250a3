import type { ArtifactStore } from '@evidence/artifacts';
import { canonicalJson } from '@evidence/contracts';
import type { EventStore } from '@evidence/event-store';
import { type Cause, decideOnReport } from '@evidence/report';
import { scoping } from '../core/decider.js';
import { resolveScope } from '../core/resolve-scope.js';
import type { EvidenceLog } from '../ports.js';

export interface ScopeParts {
  readonly store: EventStore;
  readonly artifacts: ArtifactStore;
  readonly evidence: EvidenceLog;
  readonly now: () => Date;
}

/** The event `ReportRequested`, and where it stands in the log: the point as of which everything is resolved. */
export interface RequestEvent extends Cause {
  readonly position: bigint;
  readonly occurredAt: string;
}

/** From a requested report to a scoped one. */
export class ScopeReport {
  constructor(private readonly parts: ScopeParts) {}

  /** Does nothing for a report that is scoped already, or over. */
  async handle({ position, occurredAt, ...cause }: RequestEvent): Promise<void> {
    const { store, artifacts, evidence, now } = this.parts;
    const { reportId, tenant } = cause;
    const writer = { store, actor: 'service:scoping', now };
    const start = { type: 'StartReport' as const, data: { reportId, startedAt: now().toISOString() } };
    const { state: life } = await decideOnReport(writer, scoping, start, cause);
    if (life.phase !== 'started') return;
    const { scope, includeEvidence } = life.request;
    const dataAsOf = life.request.regenerates?.dataAsOf ?? { position: position.toString(), at: occurredAt };
    const resolved = resolveScope({
      tenant,
      scope,
      includeEvidence,
      ...(await evidence.asOf(tenant, BigInt(dataAsOf.position), scope)),
    });
    const snapshot = await artifacts.put(tenant, canonicalJson(resolved), 'application/json');
    const counts = { ...resolved.counts, scans: resolved.scans.length };
    const data = { reportId, scopedAt: now().toISOString(), dataAsOf, snapshot, counts };
    await decideOnReport(writer, scoping, { type: 'RecordScope', data }, cause);
  }
}
