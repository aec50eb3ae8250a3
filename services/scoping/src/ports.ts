import type { ScanRecorded } from '@evidence/contracts';
import type { Position } from '@evidence/event-store';
import type { KnownFinding } from './core/resolve-scope.js';

/** What one tenant has had tested, as of a point in the log. */
export interface TenantEvidence {
  readonly findings: readonly KnownFinding[];
  readonly scans: readonly ScanRecorded[];
}

export interface EvidenceLog {
  /**
   * Everything of the tenant up to `position`, nothing after. Waits for the view to get there; rejects `EventStoreError`
   * `unavailable` when it does not in time, which is worth another try.
   */
  asOf(tenant: string, position: Position): Promise<TenantEvidence>;
}
