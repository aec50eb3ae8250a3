import type { EventOf, FindingStatus } from '@evidence/contracts';
import { type Decider, Refusal } from '@evidence/decider';
import { redactedWithin } from '@evidence/redaction';
import { statusSays } from './sentences/records.js';

/** What happens to a finding after it was recorded, in `finding-<findingId>`. These names and shapes are the storage format: version them with care. */
export type FindingEvent = EventOf<'FindingStatusChanged'>;

export interface ChangeFindingStatus {
  readonly type: 'ChangeFindingStatus';
  readonly data: {
    readonly findingId: string;
    readonly tenant: string;
    /** The status in its `FindingRecorded`. */
    readonly bornAs: FindingStatus;
    /** A status or one of its other names, see `statusNamed`. */
    readonly status: string;
    /** RFC 3339 in UTC. */
    readonly changedAt: string;
    readonly changedBy: string;
    readonly reason?: string;
  };
}

/** A scan saw the weakness again. Reopens it if it was marked fixed before the scan ran. */
interface SeeAgain {
  readonly type: 'SeeAgain';
  readonly data: Following;
}

/** The tenant's policy resolves it, because `scans` scans in a row tested it without seeing it. Has no effect on a finding that is not open or triaged. */
interface ResolveUnseen {
  readonly type: 'ResolveUnseen';
  readonly data: Following & { readonly scans: number };
}

/** The scan that a rule follows from. */
interface Following {
  readonly findingId: string;
  readonly tenant: string;
  readonly scanId: string;
  /** RFC 3339 in UTC, as `changedAt`. */
  readonly scanRanAt: string;
  readonly changedAt: string;
  /** Who imported the scan. */
  readonly changedBy: string;
}

export type FindingCommand = ChangeFindingStatus | SeeAgain | ResolveUnseen;

/** - `status_unknown`: choose one of `allowed`. - `reason_too_long`: at most 1,000 characters. */
export type FindingStatusRefusal = 'status_unknown' | 'reason_too_long';

/** Undefined: no decision yet, the finding has its initial status. */
export interface FindingState {
  readonly status: FindingStatus | undefined;
  /** When the status began: when somebody decided, or when the last of the scans ran that no longer saw the weakness. */
  readonly since?: string;
}

const REASON_CHARS_MAX = 1000;
const STATUSES: readonly FindingStatus[] = ['open', 'triaged', 'fixed', 'accepted', 'false_positive'];
/** Other names of our statuses. */
const OTHER_NAMES: ReadonlyMap<string, FindingStatus> = new Map([['resolved', 'fixed']]);

/** The status that a word means, in any case, with `_`, `-` or a space between words; undefined for an unknown word. */
export function statusNamed(word: string): FindingStatus | undefined {
  const name = word
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  return STATUSES.find((status) => status === name) ?? OTHER_NAMES.get(name);
}

/** Any status may follow any other; repeating the current one records nothing. Secrets are removed from a reason before it is recorded. */
export const findingStatusDecider: Decider<FindingCommand, FindingState, FindingEvent> = {
  initialState: { status: undefined },
  evolve(state, event) {
    if (event.type !== 'FindingStatusChanged') return state;
    const { to: status, changedAt, rule, scanRanAt } = event.data;
    return { status, since: rule === 'clean_scans' && scanRanAt !== undefined ? scanRanAt : changedAt };
  },
  decide(command, state) {
    switch (command.type) {
      case 'ChangeFindingStatus':
        return changed(command.data, state);
      case 'SeeAgain': {
        const { scanId, scanRanAt } = command.data;
        const isLater = Date.parse(scanRanAt) > Date.parse(state.since ?? scanRanAt);
        if (state.status !== 'fixed' || !isLater) return [];
        const reason = statusSays.seenAgain(scanId, scanRanAt);
        const data = { ...command.data, from: 'fixed', to: 'open', rule: 'seen_again', reason } as const;
        return [{ type: 'FindingStatusChanged', data }];
      }
      case 'ResolveUnseen': {
        const { scans, ...following } = command.data;
        const from = state.status ?? 'open';
        if (from !== 'open' && from !== 'triaged') return [];
        const reason = statusSays.notSeen(scans);
        return [
          { type: 'FindingStatusChanged', data: { ...following, from, to: 'fixed', rule: 'clean_scans', reason } },
        ];
      }
    }
  },
};

function changed(
  { findingId, tenant, bornAs, status, changedAt, changedBy, reason }: ChangeFindingStatus['data'],
  state: FindingState,
): FindingEvent[] {
  const to = statusNamed(status);
  if (to === undefined) {
    const allowed = [...STATUSES, ...OTHER_NAMES.keys()];
    throw new Refusal<FindingStatusRefusal>('status_unknown', statusSays.unknown(allowed), { value: status, allowed });
  }
  if (reason !== undefined && reason.length > REASON_CHARS_MAX) {
    const facts = { length: reason.length, lengthMax: REASON_CHARS_MAX };
    throw new Refusal<FindingStatusRefusal>('reason_too_long', statusSays.reasonTooLong(REASON_CHARS_MAX), facts);
  }
  const from = state.status ?? bornAs;
  if (to === from) return [];
  const why = reason === undefined ? {} : { reason: redactedWithin(reason, 'name', REASON_CHARS_MAX) };
  return [{ type: 'FindingStatusChanged', data: { findingId, tenant, from, to, changedAt, changedBy, ...why } }];
}
