import type { Caller } from '../access/authenticate.js';

/** A call by an authenticated client. `id` is ours, new with every request. */
export interface Call {
  readonly id: string;
  readonly caller: Caller;
  /** Judges the token once more, for a call that takes its time. Throws as the first time once it is revoked or expired. */
  readonly admitAgain: () => void;
}

/** As events name who caused them. */
export const actorOf = ({ caller }: Pick<Call, 'caller'>): string => `token:${caller.tokenId}`;
