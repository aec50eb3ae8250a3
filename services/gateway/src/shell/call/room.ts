import type { EventLog } from '@evidence/event-store/log';
import { type Quotas, quotasOf } from '@evidence/retention';
import type { DiskWatch } from '@evidence/runtime';
import { Problem, type ProblemSlug } from '../../core/call/problem.js';
import { noRoomForImport, noRoomForReport, requireArtifactQuota, requireFindingsQuota } from '../../core/call/room.js';
import { sentences } from '../../core/call/sentences.js';
import { requireQueueQuota } from '../../core/reports/queue-bound.js';
import type { FindingsView, ReportsView } from '../../ports.js';

export interface RoomParts {
  readonly disk: Pick<DiskWatch, 'shortage' | 'free'>;
  /** The quotas of tenants without their own. */
  readonly defaults: Quotas;
  readonly reports: Pick<ReportsView, 'storedBytes' | 'nextExpiry' | 'quotas' | 'underWay'>;
  readonly findings: Pick<FindingsView, 'recorded' | 'isCounted'>;
  readonly onRefused: (error: ProblemSlug) => void;
  readonly now: () => Date;
}

/**
 * Whether there is room for what a call would record: on the disk, and in the tenant's quotas. Usage is counted by the views. Simultaneous calls do
 * not see each other, so together they can exceed a quota by what each of them records.
 */
export class Room {
  constructor(private readonly parts: RoomParts) {}

  /** Throws `insufficient_storage` while a disk is nearly full. */
  async requireForImport(recorded?: string): Promise<void> {
    const shortage = await this.parts.disk.shortage();
    if (shortage) throw this.#counted(noRoomForImport(shortage, recorded));
  }

  /** Throws `findings_quota_reached` for a scan that is new and too large. */
  requireForScan(tenant: string, scanId: string, findings: number): void {
    const view = this.parts.findings;
    if (view.isCounted(tenant, scanId)) return;
    this.#counting(() => requireFindingsQuota(view.recorded(tenant), findings, this.#quotas(tenant).findings));
  }

  /** Throws `unavailable` while a disk is nearly full, `artifact_quota_reached`, and `queue_full`. */
  async requireForReport(tenant: string, perSecond: number): Promise<void> {
    const { disk, reports, now } = this.parts;
    const shortage = await disk.shortage();
    if (shortage) throw this.#counted(noRoomForReport(shortage));
    const { artifactBytes, queuedReports } = this.#quotas(tenant);
    const underWay = reports.underWay(tenant, 'standard').tenant + reports.underWay(tenant, 'template').tenant;
    this.#counting(() => {
      requireArtifactQuota(reports.storedBytes(tenant), artifactBytes, reports.nextExpiry(tenant), now());
      requireQueueQuota(underWay, queuedReports, perSecond);
    });
  }

  /**
   * The store for the appends of one import, each of which checks the disk first. Earlier appends are kept, and the next import of the file continues
   * from there.
   */
  watching(store: EventLog): EventLog {
    let appended = 0;
    const room = this;
    return {
      ...store,
      async append(stream, expected, events) {
        await room.requireForImport(appended === 0 ? undefined : sentences.partlyRecorded(appended));
        const result = await store.append(stream, expected, events);
        appended += events.length;
        return result;
      },
    };
  }

  #quotas(tenant: string): Quotas {
    const { reports, defaults } = this.parts;
    return quotasOf(reports.quotas(tenant), defaults);
  }

  #counting(check: () => void): void {
    try {
      check();
    } catch (error) {
      throw error instanceof Problem ? this.#counted(error) : error;
    }
  }

  #counted(problem: Problem): Problem {
    this.parts.onRefused(problem.slug);
    return problem;
  }
}
