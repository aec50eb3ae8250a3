import type {
  ArtifactLost,
  ReportEvent,
  ReportExpired,
  ReportFailed,
  ReportMapped,
  ReportReady,
  ReportRequested,
  ReportScoped,
} from '@evidence/contracts';

/** What is known in every phase after the first. */
export interface RequestedReport {
  readonly request: ReportRequested;
}

/** What a report was made from, and the result. */
export interface FinishedReport extends RequestedReport {
  readonly scoped: ReportScoped;
  readonly mapped: ReportMapped;
  readonly ready: ReportReady;
}

/** The life of a report, according to its events. Each stage decides on it; it is not stored. */
export type ReportLife =
  | { readonly phase: 'absent' }
  | ({ readonly phase: 'queued' } & RequestedReport)
  | ({ readonly phase: 'started'; readonly startedAt: string } & RequestedReport)
  | ({ readonly phase: 'scoped'; readonly startedAt: string; readonly scoped: ReportScoped } & RequestedReport)
  | ({
      readonly phase: 'mapped';
      readonly startedAt: string;
      readonly scoped: ReportScoped;
      readonly mapped: ReportMapped;
    } & RequestedReport)
  | ({
      readonly phase: 'ready';
      /** Its files are gone or damaged, and have not been made again so far. */
      readonly lost?: ArtifactLost;
      /** When its files were last restored. */
      readonly restoredAt?: string;
    } & FinishedReport)
  | ({ readonly phase: 'failed'; readonly failed: ReportFailed } & RequestedReport)
  | ({ readonly phase: 'expired'; readonly expired: ReportExpired } & FinishedReport);

export type ReportStatus = 'queued' | 'running' | 'ready' | 'failed' | 'expired';

/** The fold that all stages share: the same events give the same phase in every service. An event out of order changes nothing. */
export const reportLife = {
  initialState: { phase: 'absent' } as ReportLife,

  evolve(life: ReportLife, event: ReportEvent): ReportLife {
    switch (event.type) {
      case 'ReportRequested':
        return life.phase === 'absent' ? { phase: 'queued', request: event.data } : life;
      case 'ReportStarted':
        return life.phase === 'queued' ? { ...life, phase: 'started', startedAt: event.data.startedAt } : life;
      case 'ReportScoped':
        return life.phase === 'started' ? { ...life, phase: 'scoped', scoped: event.data } : life;
      case 'ReportMapped':
        return life.phase === 'scoped' ? { ...life, phase: 'mapped', mapped: event.data } : life;
      case 'ReportReady':
        return life.phase === 'mapped' ? readyAfter(life, event.data) : life;
      case 'ReportFailed':
        return isUnderWay(life) ? { phase: 'failed', request: life.request, failed: event.data } : life;
      case 'ReportExpired':
        return life.phase === 'ready' ? { ...finished(life), phase: 'expired', expired: event.data } : life;
      case 'ArtifactLost':
        return life.phase === 'ready' ? { ...life, lost: event.data } : life;
      case 'ArtifactRestored':
        return life.phase === 'ready' ? { ...finished(life), phase: 'ready', restoredAt: event.data.restoredAt } : life;
      case 'ReportDownloaded':
        return life;
    }
  },
};

function readyAfter(
  { request, scoped, mapped }: Extract<ReportLife, { phase: 'mapped' }>,
  ready: ReportReady,
): ReportLife {
  return { phase: 'ready', request, scoped, mapped, ready };
}

const finished = ({ request, scoped, mapped, ready }: FinishedReport): FinishedReport => ({
  request,
  scoped,
  mapped,
  ready,
});

export type ReportUnderWay = Extract<ReportLife, { phase: 'queued' | 'started' | 'scoped' | 'mapped' }>;

/** True until the report is ready, failed or expired. */
export function isUnderWay(life: ReportLife): life is ReportUnderWay {
  return life.phase === 'queued' || life.phase === 'started' || life.phase === 'scoped' || life.phase === 'mapped';
}

/** The status that REST clients see. */
export function reportStatusOf(life: Exclude<ReportLife, { phase: 'absent' }>): ReportStatus {
  switch (life.phase) {
    case 'started':
    case 'scoped':
    case 'mapped':
      return 'running';
    default:
      return life.phase;
  }
}
