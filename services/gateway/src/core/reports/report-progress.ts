import type { EventMetadata, ReportEvent, ReportProgress } from '@evidence/contracts';
import { isUnderWay, type ReportLife, reportLife, reportStatusOf } from '@evidence/report';
import { STAGE_OF_PHASE, type Stage } from './report-record.js';

/** How far a report’s stream has been read. */
export interface ProgressSoFar {
  readonly life: ReportLife;
  readonly steps: readonly ProgressStep[];
}

/** A step, at the revision of its event in the report’s stream, from which a reader can continue. */
export interface ProgressStep {
  readonly revision: bigint;
  readonly progress: ReportProgress;
}

/** What a follower receives: a step, or, without a revision, progress within the current stage. */
export type ProgressNews = Pick<ProgressStep, 'progress'> & Partial<ProgressStep>;

export const noProgress: ProgressSoFar = { life: reportLife.initialState, steps: [] };

/** The progress after one more event. Only an event that changes the report's phase is a step; a download, or a loss of its files, is not. */
export function progressAfter(
  { life: before, steps }: ProgressSoFar,
  event: ReportEvent,
  { revision, metadata }: { readonly revision: bigint; readonly metadata: Pick<EventMetadata, 'occurredAt'> },
): ProgressSoFar {
  const life = reportLife.evolve(before, event);
  if (life.phase === before.phase || life.phase === 'absent') return { life, steps };
  const progress: ReportProgress = {
    id: life.request.reportId,
    status: reportStatusOf(life),
    stage: STAGE_OF_PHASE[life.phase],
    percent: isUnderWay(life) ? 0 : 100,
    at: metadata.occurredAt,
  };
  return { life, steps: [...steps, { revision, progress }] };
}

/** Whether the report is ready or has failed, so that no more steps follow. */
export const isOver = ({ life }: ProgressSoFar): boolean => life.phase !== 'absent' && !isUnderWay(life);

/** The stage at work; undefined before the first step. */
export const currentStage = ({ life }: ProgressSoFar): Stage | undefined =>
  life.phase === 'absent' ? undefined : STAGE_OF_PHASE[life.phase];
