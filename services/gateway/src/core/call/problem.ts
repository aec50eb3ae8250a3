import type { Problem as ProblemDocument } from '@evidence/contracts';
import { sentences } from './sentences.js';

export type ProblemSlug = ProblemDocument['error'];

export type ProblemFacts = Readonly<
  Pick<
    ProblemDocument,
    | 'field'
    | 'allowed'
    | 'limit_bytes'
    | 'report_status'
    | 'not_ready'
    | 'progress'
    | 'retry_after_seconds'
    | 'limit'
    | 'window'
    | 'used'
    | 'requested'
    | 'free_bytes'
    | 'watermark_bytes'
    | 'tombstone'
  >
> & {
  /** What was sent. */
  readonly value?: unknown;
  readonly violations?: readonly WrongMember[];
};

/** One of several things that are wrong with a request. */
export interface WrongMember {
  readonly detail: string;
  readonly field?: string;
  readonly value?: unknown;
  readonly allowed?: string[];
}

/** A call that cannot be served. `message` says what is wrong and what to do, `facts` hold the relevant values. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly slug: ProblemSlug,
    message: string,
    readonly facts: ProblemFacts = {},
    /** After how many seconds the same call may succeed. */
    readonly retryAfterS?: number,
  ) {
    super(message);
  }
}

/** For a body that is larger than `limitBytes`. */
export const tooLarge = (limitBytes: number): Problem =>
  new Problem('payload_too_large', sentences.tooLarge(limitBytes), {
    limit_bytes: limitBytes,
  });

/** For a response that depends on an event of the log that cannot be read. */
export const historyUnreadable = (position: bigint): Problem =>
  new Problem('history_unreadable', sentences.historyUnreadable(position));

/** Seconds after which a call that needs an unavailable part may be retried. */
const UNAVAILABLE_RETRY_AFTER_S = 5;

/** Something that the call needs is unavailable. */
export const unavailable = (
  message: string,
  notReady?: readonly string[],
  progress: Exclude<ProblemFacts['progress'], undefined> = [],
): Problem =>
  new Problem(
    'unavailable',
    message,
    { ...(notReady && { not_ready: [...notReady] }), ...(progress.length > 0 && { progress }) },
    UNAVAILABLE_RETRY_AFTER_S,
  );
