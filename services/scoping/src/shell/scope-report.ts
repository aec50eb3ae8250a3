import type { ArtifactStore } from '@evidence/artifacts';
import type { Hint, ProgressTeller } from '@evidence/bus';
import type { ReportRequested, ReportScoped } from '@evidence/contracts';
import type { EventLog, StreamReading } from '@evidence/event-store/log';
import { restoreSnapshot } from '@evidence/report/snapshots';
import { type Cause, decideOnReport, type ReportSoFar, readReport } from '@evidence/report/stage';
import { inSpan } from '@evidence/runtime/trace';
import type { EvidenceLog } from '@evidence/scope';
import { storeScope } from '@evidence/scope/store';
import { scoping } from '../core/decider.js';

export interface ScopeParts {
  readonly store: EventLog;
  readonly artifacts: ArtifactStore;
  readonly evidence: EvidenceLog;
  /** Reports the progress of a report, in percent. */
  readonly tell: ProgressTeller['tell'];
  readonly now: () => Date;
}

/** Progress when the view is up to date, and when the findings are resolved and stored, which is nearly all of the work. */
const PERCENT = { read: 5, resolved: 95 };

/** From a started report to a scoped one. */
export class ScopeReport {
  readonly #underWay = new Map<string, { readonly cause: Cause; readonly work: Promise<void> }>();

  constructor(private readonly parts: ScopeParts) {}

  /**
   * Does nothing for a report that is not started, has failed or expired. For one that is already scoped, rebuilds its snapshot if it is gone: a
   * later stage requests that by publishing the start again, also for a ready report whose artifact is gone. `known`: the report, if it was just
   * read.
   */
  handle(cause: Cause, known?: StreamReading | ReportSoFar): Promise<void> {
    const { reportId } = cause;
    // The message of the start arrives while the instance that started the report is already working on it.
    const underWay = this.#underWay.get(reportId);
    if (underWay) return underWay.work;
    const work = this.#handle(cause, known).finally(() => this.#underWay.delete(reportId));
    this.#underWay.set(reportId, { cause, work });
    return work;
  }

  /** Resolves when the work that this event has caused is over: true if it is under way and succeeds. Never rejects. */
  async isDone({ reportId, tenant, eventId }: Hint): Promise<boolean> {
    const underWay = this.#underWay.get(reportId);
    if (underWay?.cause.eventId !== eventId || underWay.cause.tenant !== tenant) return false;
    return underWay.work.then(
      () => true,
      () => false,
    );
  }

  async #handle(cause: Cause, known: StreamReading | ReportSoFar | undefined): Promise<void> {
    const { store, artifacts, now } = this.parts;
    const { reportId, tenant } = cause;
    const { life, requested, past } = known && 'life' in known ? known : await readReport(store, reportId, known);
    if (life.phase === 'scoped' || life.phase === 'mapped' || life.phase === 'ready') {
      const { snapshot, dataAsOf } = life.scoped;
      const make = async () => (await this.#resolve(life.request, dataAsOf)).snapshot;
      return restoreSnapshot(artifacts, tenant, snapshot, make);
    }
    if (life.phase !== 'started') return;
    const dataAsOf = life.request.regenerates?.dataAsOf ?? asOf(reportId, requested);
    const resolved = await this.#resolve(life.request, dataAsOf);
    const data = { reportId, scopedAt: now().toISOString(), dataAsOf, ...resolved };
    const writer = { store, actor: 'service:scoping', now };
    await decideOnReport(writer, scoping, { type: 'RecordScope', data }, cause, past);
  }

  /** Stores the snapshot, line by line as the view returns it. */
  #resolve(
    { tenant, reportId, scope, includeEvidence }: ReportRequested,
    { position }: ReportScoped['dataAsOf'],
  ): Promise<Pick<ReportScoped, 'snapshot' | 'counts'>> {
    const { artifacts, evidence, tell } = this.parts;
    return inSpan('scope report', {}, async (span) => {
      const known = await evidence.asOf(tenant, BigInt(position), scope);
      tell({ tenant, reportId, percent: PERCENT.read });
      const resolved = await storeScope(artifacts, { tenant, scope, includeEvidence, ...known });
      span.setAttribute('evidence.findings', resolved.counts.included);
      tell({ tenant, reportId, percent: PERCENT.resolved });
      return resolved;
    });
  }
}

/** The point as of which everything is resolved. */
function asOf(reportId: string, requested: ReportSoFar['requested']): ReportScoped['dataAsOf'] {
  if (requested) return { position: requested.position.toString(), at: requested.at };
  throw new Error(`The report ${reportId} was started but never requested: see its stream.`);
}
