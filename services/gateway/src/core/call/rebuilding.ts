import type { Incomplete } from '@evidence/contracts';
import { Problem } from './problem.js';
import { sentences } from './sentences.js';

/** The progress of a view that has not yet reached the end of the log. */
export interface ViewBehind {
  /** Percentage of the log, 0 to 99. */
  readonly percent: number;
  /** It was empty at the start: it may know that something began, but not yet that it ended. */
  readonly isFromNothing: boolean;
}

type ViewName = 'reports' | 'findings' | 'tokens' | 'audit';

/** Seconds after which a call that found a view still being rebuilt may be retried. A hundred thousand events take about three. */
export const REBUILDING_RETRY_AFTER_S = 2;

/** For a call about something that the view does not know, or not completely. `what` names it, as in "this report". */
export function rebuilding(view: ViewName, { percent }: ViewBehind, what: string): Problem {
  const detail = sentences.rebuilding(view, percent, what);
  return new Problem('rebuilding', detail, progressOf(view, percent), REBUILDING_RETRY_AFTER_S);
}

/** For a call with a token of which the view does not know yet whether it was revoked. */
export function tokensRebuilding({ percent }: ViewBehind): Problem {
  const detail = sentences.tokensRebuilding(percent);
  return new Problem('rebuilding', detail, progressOf('tokens', percent), REBUILDING_RETRY_AFTER_S);
}

const progressOf = (view: ViewName, percent: number) => ({ progress: [{ part: `view:${view}`, percent }] });

/** The member of a list that was read from a view that is `behind`. */
export const incompleteOf = (behind: ViewBehind | undefined): { readonly incomplete?: Incomplete } =>
  behind ? { incomplete: { percent: behind.percent } } : {};
