import type {
  EventOf,
  IdempotencyKeyClaimed,
  ReportDownloaded,
  ReportEvent,
  ReportRequested,
} from '@evidence/contracts';
import { type Decider, Refusal } from '@evidence/decider';
import { redactedWithin } from '@evidence/redaction';
import { type ReportLife, reportLife } from '@evidence/report';
import { sentences } from './call/sentences.js';

/** A report that was already validated; `requestedAt` and the id come with the command. */
export type RequestReport = { readonly type: 'RequestReport'; readonly data: ReportRequested };

/** The contract's limit. */
const TITLE_CHARS_MAX = 200;

/**
 * Starts the life of a report, whose title is recorded without secrets. The same id again changes nothing: 128 random bits do not collide by chance,
 * so it is a retry.
 */
export const requestReport: Decider<RequestReport, ReportLife, ReportEvent> = {
  ...reportLife,
  decide({ data }, life): readonly EventOf<'ReportRequested'>[] {
    if (life.phase !== 'absent') return [];
    const title = redactedWithin(data.title, 'name', TITLE_CHARS_MAX);
    return [{ type: 'ReportRequested', data: { ...data, title } }];
  },
};

/** A client starts to download the artifact of a ready report. */
export type RecordDownload = { readonly type: 'RecordDownload'; readonly data: ReportDownloaded };

interface DownloadState {
  readonly life: ReportLife;
  readonly last?: ReportDownloaded;
}

/** A download by the same token at the same time as the last one is a retry of the same command. Only a ready report can be downloaded. */
export const recordDownload: Decider<RecordDownload, DownloadState, ReportEvent> = {
  initialState: { life: reportLife.initialState },

  evolve(state, event): DownloadState {
    const life = reportLife.evolve(state.life, event);
    return event.type === 'ReportDownloaded' ? { life, last: event.data } : { ...state, life };
  },

  decide({ data }, { life, last }): readonly EventOf<'ReportDownloaded'>[] {
    if (life.phase !== 'ready') return [];
    if (last?.downloadedAt === data.downloadedAt && last.downloadedBy === data.downloadedBy) return [];
    return [{ type: 'ReportDownloaded', data }];
  },
};

/** How long a key belongs to its request, as at Stripe (2026-11). */
const KEY_VALID_MS = 24 * 60 * 60 * 1000;

/** A client requests a report with a key. `reportId` is used if the key is free; `claimedAt` is the current time. */
export type ClaimIdempotencyKey = { readonly type: 'ClaimIdempotencyKey'; readonly data: IdempotencyKeyClaimed };

/**
 * Claims a key; its last claim counts. The claim has its own stream, so that the store's expected revision is the lock: of several gateways, one
 * claims the key, and the others read that claim. (An id derived from the key would not need this stream, but then a key could never become free
 * again, and an id could be guessed.) A retry of the claimed request changes nothing.
 */
export const claimIdempotencyKey: Decider<
  ClaimIdempotencyKey,
  IdempotencyKeyClaimed | undefined,
  EventOf<'IdempotencyKeyClaimed'>
> = {
  initialState: undefined,
  evolve: (_, { data }) => data,
  decide({ data }, claimed): readonly EventOf<'IdempotencyKeyClaimed'>[] {
    if (!claimed || Date.parse(data.claimedAt) - Date.parse(claimed.claimedAt) >= KEY_VALID_MS) {
      return [{ type: 'IdempotencyKeyClaimed', data }];
    }
    if (claimed.requestSha256 === data.requestSha256) return [];
    throw new Refusal('idempotency_key_reused', sentences.idempotencyKeyReused);
  },
};
