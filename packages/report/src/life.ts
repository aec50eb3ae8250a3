import type {
  ReportEvent,
  ReportExpired,
  ReportFailed,
  ReportMapped,
  ReportReady,
  ReportRequested,
  ReportScoped,
} from '@evidence/contracts';

/** What every phase after the first knows. */
export interface RequestedReport {
  readonly request: ReportRequested;
}

/** The life of a report, as far as its events tell. Each stage decides on it; nobody keeps it. */
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
  | ({ readonly phase: 'ready'; readonly ready: ReportReady } & RequestedReport)
  | ({ readonly phase: 'failed'; readonly failed: ReportFailed } & RequestedReport)
  | ({ readonly phase: 'expired'; readonly ready: ReportReady; readonly expired: ReportExpired } & RequestedReport);

export type ReportStatus = 'queued' | 'running' | 'ready' | 'failed' | 'expired';

/** The fold that every stage shares: same events, same phase, in every service. An event out of turn changes nothing. */
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
        return life.phase === 'mapped' ? { phase: 'ready', request: life.request, ready: event.data } : life;
      case 'ReportFailed':
        return isUnderWay(life) ? { phase: 'failed', request: life.request, failed: event.data } : life;
      case 'ReportExpired':
        return life.phase === 'ready' ? { ...life, phase: 'expired', expired: event.data } : life;
      case 'ReportDownloaded':
        return life;
    }
  },
};

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
