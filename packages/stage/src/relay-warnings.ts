import type { RelayState } from '@evidence/bus';

/** The warnings of a relay, by a name that alerts can use. */
export const relayWarnings = ({ blocked, otherLog }: RelayState = {}): Readonly<Record<string, string>> => ({
  ...(blocked && { relay_blocked: blocked }),
  ...(otherLog && { other_log_relay: otherLog }),
});
