import { remember } from '@evidence/runtime';
import type { NatsConnection } from '@nats-io/transport-node';
import { hearOfReports, SIGNALS, type Signal, tellOfReport } from './report-signal.js';

/** The stages that take long enough to report progress. */
const workingStages = ['scoping', 'mapping', 'rendering'] as const;
export type WorkingStage = (typeof workingStages)[number];

/** The progress of a stage on a report: `percent` is a whole number from 0 to 100. */
export interface StageProgress {
  readonly tenant: string;
  readonly reportId: string;
  readonly stage: WorkingStage;
  readonly percent: number;
}

export const PROGRESS_SUBJECTS = `${SIGNALS}.>`;
/** Nobody can read faster updates, and a report that is done sooner needs none. */
const INTERVAL_MS = 500;
const NOTHING_TOLD = -1;
/** Reports whose last published percentage is remembered; beyond them, one may be published twice, or too often. */
const REPORTS_MAX = 256;

/**
 * Publishes the progress of a stage on a core NATS subject of its own, at most every 500 ms per report, not in the first 500 ms of the stage, and
 * only increasing.
 *
 * Core NATS, because a percentage is worth nothing a second later. As events, or as messages of the stream `REPORTS`, percentages would be
 * most of a report's history, kept for weeks and sent to every subscriber. One that is published while nobody listens, or while NATS is
 * down, is lost, and the next one replaces it. Readers may show it, but must not base a decision on it.
 */
export class ProgressTeller {
  #nc: NatsConnection | undefined;
  readonly #told = new Map<string, { readonly percent: number; readonly atMs: number }>();

  constructor(
    private readonly stage: WorkingStage,
    private readonly now: () => Date,
  ) {}

  /** Until this is called, nothing is published. */
  speakOver(nc: NatsConnection): void {
    this.#nc = nc;
  }

  /** Never throws: the work does not depend on whether anybody receives it. */
  readonly tell = ({ tenant, reportId, percent }: Omit<StageProgress, 'stage'>): void => {
    const atMs = this.now().getTime();
    const last = this.#told.get(reportId);
    if (last && (percent <= last.percent || atMs - last.atMs < INTERVAL_MS)) return;
    remember(this.#told, reportId, { percent: last ? percent : NOTHING_TOLD, atMs }, REPORTS_MAX);
    if (!last) return;
    if (this.#nc) tellOfReport(this.#nc, { tenant, reportId }, { stage: this.stage, percent });
  };
}

/** Calls `hear` for progress from now on, until the connection ends. Unreadable messages are left out. */
export function hearProgress(nc: NatsConnection, hear: (progress: StageProgress) => void): void {
  hearOfReports(nc, PROGRESS_SUBJECTS, progressIn, hear);
}

function progressIn({ tenant, reportId, below, told }: Signal): StageProgress | undefined {
  const { stage, percent } = told as Partial<StageProgress>;
  const isRead = below.length === 0 && workingStages.some((each) => each === stage) && Number.isInteger(percent);
  if (!isRead || percent! < 0 || percent! > 100) return undefined;
  return { tenant, reportId, stage: stage!, percent: percent! };
}
