import type { EventOf, FindingStatus } from '@evidence/contracts';
import { type Decider, Refusal } from '@evidence/decider';

/** The life of a finding after its birth, in `finding-<findingId>`. These names and shapes are the storage format: version them with care. */
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

/** - `status_unknown`: choose one of `allowed`. - `reason_too_long`: at most 1,000 characters. */
export type FindingStatusRefusal = 'status_unknown' | 'reason_too_long';

/** Undefined: nobody has decided yet, the finding is as it was born. */
export interface FindingState {
  readonly status: FindingStatus | undefined;
}

const REASON_CHARS_MAX = 1000;
const STATUSES: readonly FindingStatus[] = ['open', 'triaged', 'fixed', 'accepted', 'false_positive'];
/** What others call a status of ours. */
const OTHER_NAMES: ReadonlyMap<string, FindingStatus> = new Map([['resolved', 'fixed']]);

/** The status that a word means, whatever its case, with `_`, `-` or a space between words; undefined for an unknown one. */
export function statusNamed(word: string): FindingStatus | undefined {
  const name = word
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  return STATUSES.find((status) => status === name) ?? OTHER_NAMES.get(name);
}

/** Any status may follow any other; the same status again is nothing new. */
export const findingStatusDecider: Decider<ChangeFindingStatus, FindingState, FindingEvent> = {
  initialState: { status: undefined },
  evolve: (state, event) => (event.type === 'FindingStatusChanged' ? { status: event.data.to } : state),
  decide({ data }, state) {
    const { findingId, tenant, bornAs, status, changedAt, changedBy, reason } = data;
    const to = statusNamed(status);
    if (to === undefined) {
      const allowed = [...STATUSES, ...OTHER_NAMES.keys()];
      throw new Refusal<FindingStatusRefusal>('status_unknown', `Use one of: ${allowed.join(', ')}.`, {
        value: status,
        allowed,
      });
    }
    if (reason !== undefined && reason.length > REASON_CHARS_MAX) {
      const facts = { length: reason.length, lengthMax: REASON_CHARS_MAX };
      throw new Refusal<FindingStatusRefusal>(
        'reason_too_long',
        `A reason has at most ${REASON_CHARS_MAX} characters.`,
        facts,
      );
    }
    const from = state.status ?? bornAs;
    if (to === from) return [];
    const changed = { findingId, tenant, from, to, changedAt, changedBy };
    return [{ type: 'FindingStatusChanged', data: reason === undefined ? changed : { ...changed, reason } }];
  },
};
