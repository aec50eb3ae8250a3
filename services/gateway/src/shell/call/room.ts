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
  readonly reports: Pick<ReportsView, 'find' | 'storedBytes' | 'nextExpiry' | 'quotas' | 'underWay'>;
  readonly findings: Pick<FindingsView, 'recorded' | 'isCounted'>;
  readonly onRefused: (error: ProblemSlug) => void;
  readonly now: () => Date;
}

/** What a call in progress will record. Until the view has it, it is counted here. */
interface Promised {
  readonly tenant: string;
  /** Of a scan or a report. */
  readonly id: string;
  readonly count: number;
}

/**
 * Whether there is room for what a call would record: on the disk, and in the tenant's quotas. Usage is counted by the views, plus what other calls
 * to this gateway are about to record. Calls to other gateways are seen only once they have recorded it. The bytes of reports in progress are unknown.
 */
export class Room {
  readonly #findings = new Set<Promised>();
  readonly #reports = new Set<Promised>();

  constructor(private readonly parts: RoomParts) {}

  /** Throws `insufficient_storage` while a disk is nearly full. */
  async requireForImport(recorded?: string): Promise<void> {
    const shortage = await this.parts.disk.shortage();
    if (shortage) throw this.#counted(noRoomForImport(shortage, recorded));
  }

  /** Throws `findings_quota_reached` for a scan that is new and too large. Dispose of the result once the scan can be read, or has failed. */
  requireForScan(tenant: string, id: string, count: number): Disposable {
    const view = this.parts.findings;
    const isCounted = (scanId: string) => view.isCounted(tenant, scanId);
    const used =
      view.recorded(tenant) + promised(this.#findings, tenant, (scanId) => scanId === id || isCounted(scanId));
    if (!isCounted(id)) this.#counting(() => requireFindingsQuota(used, count, this.#quotas(tenant).findings));
    return held(this.#findings, { tenant, id, count });
  }

  /**
   * Throws `unavailable` while a disk is nearly full, `artifact_quota_reached`, and `queue_full`. Dispose of the result once the report can be read,
   * or has failed.
   */
  async requireForReport(tenant: string, id: string, perSecond: number): Promise<Disposable> {
    const { disk, reports, now } = this.parts;
    const shortage = await disk.shortage();
    if (shortage) throw this.#counted(noRoomForReport(shortage));
    const { artifactBytes, queuedReports } = this.#quotas(tenant);
    const recorded = reports.underWay(tenant, 'standard').tenant + reports.underWay(tenant, 'template').tenant;
    const isCounted = (reportId: string) => reportId === id || reports.find(tenant, reportId) !== undefined;
    const underWay = recorded + promised(this.#reports, tenant, isCounted);
    this.#counting(() => {
      requireArtifactQuota(reports.storedBytes(tenant), artifactBytes, reports.nextExpiry(tenant), now());
      requireQueueQuota(underWay, queuedReports, perSecond);
    });
    return held(this.#reports, { tenant, id, count: 1 });
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

/** What other calls will record for the tenant. Two calls for the same scan or report record it once. */
function promised(by: ReadonlySet<Promised>, tenant: string, isCounted: (id: string) => boolean): number {
  const others = [...by].filter((one) => one.tenant === tenant && !isCounted(one.id));
  return [...new Map(others.map(({ id, count }) => [id, count])).values()].reduce((sum, count) => sum + count, 0);
}

function held(by: Set<Promised>, one: Promised): Disposable {
  by.add(one);
  return { [Symbol.dispose]: () => void by.delete(one) };
}
