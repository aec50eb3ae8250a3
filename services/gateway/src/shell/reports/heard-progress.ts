import { EventEmitter, once } from 'node:events';
import type { StageProgress, WorkingStage } from '@evidence/bus';
import { remember } from '@evidence/runtime';
import type { Stage } from '../../core/reports/report-record.js';

/** The most reports whose progress is remembered; more than are made at a time. */
const REPORTS_MAX = 1_000;
const ORDER: readonly WorkingStage[] = ['scoping', 'mapping', 'rendering'];

type About = Pick<StageProgress, 'tenant' | 'reportId'>;

/**
 * The progress that stages report over the bus. In memory only and lost with the process, because the next message supersedes it. It never
 * decreases, and says nothing about a stage that the report is not in: that comes from the log.
 */
export class HeardProgress {
  readonly #heard = new Map<string, StageProgress>();
  readonly #changes = new EventEmitter().setMaxListeners(0);

  take(progress: StageProgress): void {
    const key = keyOf(progress);
    const known = this.#heard.get(key);
    if (known && !isLater(progress, known)) return;
    remember(this.#heard, key, progress, REPORTS_MAX);
    this.#changes.emit(key);
  }

  /** The progress of the stage in whole percent; 0 if none was received. */
  percentOf(about: About, stage: Stage): number {
    if (stage === 'finished') return 100;
    const known = this.#heard.get(keyOf(about));
    return known?.stage === stage ? known.percent : 0;
  }

  /** Resolves with true when more progress is received, and with false when `signal` aborts. */
  changed(about: About, signal: AbortSignal): Promise<boolean> {
    return once(this.#changes, keyOf(about), { signal }).then(
      () => true,
      () => false,
    );
  }
}

const keyOf = ({ tenant, reportId }: About): string => `${tenant} ${reportId}`;

const isLater = (one: StageProgress, other: StageProgress): boolean =>
  one.stage === other.stage ? one.percent > other.percent : ORDER.indexOf(one.stage) > ORDER.indexOf(other.stage);
