import type { Caller } from '../access/authenticate.js';

/** A call by an authenticated client. `id` is ours, new with every request. */
export interface Call {
  readonly id: string;
  readonly caller: Caller;
  /** Checks the token again, for a call that takes long. Throws as the first check does if the token is revoked or has expired. */
  readonly admitAgain: () => void;
}

/** The caller as the actor of events. */
export const actorOf = ({ caller }: Pick<Call, 'caller'>): string => `token:${caller.tokenId}`;
