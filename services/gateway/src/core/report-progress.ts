import type { EventMetadata, ReportEvent, ReportProgress } from '@evidence/contracts';
import { isUnderWay, type ReportLife, reportLife, reportStatusOf } from '@evidence/report';
import { STAGE_OF_PHASE } from './report-record.js';

/** How far a report’s stream has been read. */
export interface ProgressSoFar {
  readonly life: ReportLife;
  readonly steps: readonly ProgressStep[];
}

/** A step, at the revision of its event in the report’s stream: where a reader can go on from. */
export interface ProgressStep {
  readonly revision: bigint;
  readonly progress: ReportProgress;
}

export const noProgress: ProgressSoFar = { life: reportLife.initialState, steps: [] };

/** After one more event. Only what changes the report is a step: a download is none. */
export function progressAfter(
  { life: before, steps }: ProgressSoFar,
  event: ReportEvent,
  { revision, metadata }: { readonly revision: bigint; readonly metadata: Pick<EventMetadata, 'occurredAt'> },
): ProgressSoFar {
  const life = reportLife.evolve(before, event);
  if (life === before || life.phase === 'absent') return { life, steps };
  const progress: ReportProgress = {
    id: life.request.reportId,
    status: reportStatusOf(life),
    stage: STAGE_OF_PHASE[life.phase],
    at: metadata.occurredAt,
  };
  return { life, steps: [...steps, { revision, progress }] };
}

/** Nothing more comes by itself: the report is ready or has failed. */
export const isOver = ({ life }: ProgressSoFar): boolean => life.phase !== 'absent' && !isUnderWay(life);

/** A step as a server-sent event (WHATWG HTML §9.2.5). */
export const sentEventOf = ({ revision, progress }: ProgressStep): string =>
  `id: ${revision}\nevent: progress\ndata: ${JSON.stringify(progress)}\n\n`;
