import type { ReportScope } from '@evidence/contracts';
import type { Position } from '@evidence/event-store';
import type { TenantEvidence } from './resolve-scope.js';

export interface EvidenceLog {
  /**
   * The tenant's evidence up to `position` that resolving `scope` needs. Waits until the view has reached `position`. Rejects with
   * `EventStoreError` `unavailable` if it does not in time, which is worth a retry, and with `HistoryUnreadableError` if an event of the
   * tenant up to there cannot be read.
   */
  asOf(tenant: string, position: Position, scope: ReportScope): Promise<TenantEvidence>;
}
