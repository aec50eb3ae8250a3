import type { ReportScope } from '@evidence/contracts';
import type { Position } from '@evidence/event-store';
import type { TenantEvidence } from './resolve-scope.js';

export interface EvidenceLog {
  /**
   * What resolving `scope` needs of the tenant's evidence up to `position`, nothing after. Waits for the view to get there; rejects
   * `EventStoreError` `unavailable` when it does not in time, which is worth another try, and `HistoryUnreadableError` when an event of the
   * tenant up to there cannot be read.
   */
  asOf(tenant: string, position: Position, scope: ReportScope): Promise<TenantEvidence>;
}
