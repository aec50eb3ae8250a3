import type { ArtifactStore, BlobRef } from '@evidence/artifacts';
import type { ProgressTeller, Reteller } from '@evidence/bus';
import { jsonLinesOf, linesOfMapping, MAPPING_MEDIA_TYPE, type TagMapping } from '@evidence/contracts';
import type { EventLog, StreamReading } from '@evidence/event-store/log';
import type { ReportLife } from '@evidence/report';
import { isLostCode, readScope, remadeAfter, restoreSnapshot, SnapshotError } from '@evidence/report/snapshots';
import { type Cause, decideOnReport, type ReportSoFar, readReport } from '@evidence/report/stage';
import { inSpan } from '@evidence/runtime/trace';
import { frameworksBy, type KeptRules, mappingQuestionOf, ScopeMapping } from '@evidence/verdicts';
import { mapping } from '../core/decider.js';

export interface MapParts {
  readonly store: EventLog;
  readonly artifacts: ArtifactStore;
  readonly rules: KeptRules;
  /** Reports the progress of a report, in percent. */
  readonly tell: ProgressTeller['tell'];
  /** Asks scoping to rebuild the missing snapshot. */
  readonly retell: Reteller['retell'];
  readonly now: () => Date;
}

/** A scope is mapped while it is read, so nearly all of the work is between these two. */
const PERCENT = { begun: 5, mapped: 95 };

/** From a scoped report to a mapped one: refs per finding, coverage per control, overlaps. */
export class MapReport {
  constructor(private readonly parts: MapParts) {}

  /**
   * Does nothing for a report that is not scoped, has failed or expired. For one that is already mapped, or ready, rebuilds its snapshot if it is
   * gone. Throws the `Refusal` `rules_changed` when the request pins rules that this release does not have, and `SnapshotError`: while the scope is
   * gone, scoping is asked for it again.
   */
  async handle(cause: Cause, history?: StreamReading): Promise<void> {
    const { store, artifacts, retell } = this.parts;
    const { life, past } = await readReport(store, cause.reportId, history);
    try {
      if (life.phase === 'scoped') await this.#record(life, past, cause);
      if (life.phase !== 'mapped' && life.phase !== 'ready') return;
      const make = async () => this.#store(life, await this.#map(life));
      await restoreSnapshot(artifacts, life.request.tenant, life.mapped.snapshot, make);
    } catch (error) {
      if (error instanceof SnapshotError && isLostCode(error.code))
        await retell(cause.reportId, remadeAfter[error.code]);
      throw error;
    }
  }

  async #record(life: ScopedReport, past: ReportSoFar['past'], cause: Cause): Promise<void> {
    const { store, now } = this.parts;
    const { mapped, snapshot } = await inSpan('map report', {}, async () => {
      const mapped = await this.#map(life);
      return { mapped, snapshot: await this.#store(life, mapped) };
    });
    const data = {
      reportId: cause.reportId,
      mappedAt: now().toISOString(),
      scopeSnapshot: life.scoped.snapshot,
      snapshot,
      crosswalk: mapped.crosswalk,
      ...(mapped.rules && { rules: mapped.rules }),
      counts: { ...mapped.counts, overlaps: mapped.overlaps.length },
    };
    const writer = { store, actor: 'service:mapping', now };
    await decideOnReport(writer, mapping, { type: 'RecordMapping', data }, cause, past);
  }

  #store({ request }: ScopedReport, mapped: TagMapping): Promise<BlobRef> {
    return this.parts.artifacts.write(request.tenant, MAPPING_MEDIA_TYPE, jsonLinesOf(linesOfMapping(mapped)), {
      canBeRemade: true,
    });
  }

  async #map(life: ScopedReport): Promise<TagMapping> {
    const { artifacts, rules, tell } = this.parts;
    const { request, scoped } = life;
    const { tenant, reportId } = request;
    const pinned = request.regenerates?.rules;
    const frameworks = pinned ? frameworksBy(pinned, rules) : rules.installed;
    tell({ tenant, reportId, percent: PERCENT.begun });
    const scope = new ScopeMapping(mappingQuestionOf(life, frameworks));
    for await (const line of readScope(artifacts, tenant, scoped.snapshot)) scope.take(line);
    const mapped = scope.result();
    tell({ tenant, reportId, percent: PERCENT.mapped });
    return mapped;
  }
}

type ScopedReport = Extract<ReportLife, { phase: 'scoped' | 'mapped' | 'ready' }>;
