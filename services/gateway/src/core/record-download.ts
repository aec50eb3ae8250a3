import type { EventOf, ReportDownloaded, ReportEvent } from '@evidence/contracts';
import type { Decider } from '@evidence/decider';
import { type ReportLife, reportLife } from '@evidence/report';

/** Somebody begins to download the artifact of a ready report. */
export type RecordDownload = { readonly type: 'RecordDownload'; readonly data: ReportDownloaded };

interface Downloads {
  readonly life: ReportLife;
  readonly last?: ReportDownloaded;
}

/** A download by the same token at the same instant as the last one is the same command again. Only a ready report is downloaded. */
export const recordDownload: Decider<RecordDownload, Downloads, ReportEvent> = {
  initialState: { life: reportLife.initialState },

  evolve(state, event): Downloads {
    const life = reportLife.evolve(state.life, event);
    return event.type === 'ReportDownloaded' ? { life, last: event.data } : { ...state, life };
  },

  decide({ data }, { life, last }): readonly EventOf<'ReportDownloaded'>[] {
    if (life.phase !== 'ready') return [];
    if (last?.downloadedAt === data.downloadedAt && last.downloadedBy === data.downloadedBy) return [];
    return [{ type: 'ReportDownloaded', data }];
  },
};
