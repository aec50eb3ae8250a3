import { type ClockTicked, envelop, streamOf } from '@evidence/contracts';
import { EventStoreError, type Position } from '@evidence/event-store';
import { type EventLog, historyOf } from '@evidence/event-store/log';
import { CLOCK_TENANT, type ClockEvent, type ClockReading, tickAfter } from '@evidence/retention';

/** How many ticks back this instance's own last tick is looked for, because several instances take turns. */
const TICKS_LOOKED_THROUGH = 16;
/** Another instance ticked in between. */
const ATTEMPTS_MAX = 3;

export interface LogClockParts {
  readonly store: EventLog;
  readonly reading: () => ClockReading;
  readonly newId: () => string;
}

/** The state of the clock at the last tick; `position`: that of this call's own tick, if it appended one. */
export interface ClockState {
  readonly suspect?: ClockTicked['suspect'];
  readonly position?: Position;
}

/**
 * Ticks the log's clock if it is time. Several instances share it: the loser of a race finds the other's tick. Only the last
 * events are read, since every tick repeats what is suspect. Throws as the store does.
 */
export async function tickLogClock({ store, reading, newId }: LogClockParts): Promise<ClockState> {
  const stream = streamOf.clock();
  for (let attempt = 1; ; attempt++) {
    const options = { direction: 'backwards', limit: TICKS_LOOKED_THROUGH } as const;
    const past = await Array.fromAsync(historyOf(store, 'clock', stream, options));
    const [last] = past;
    const read = reading();
    const tick = tickAfter(last, read, ownLastIn(past, read.bootId));
    if (!tick) return last?.type === 'ClockTicked' && last.data.suspect ? { suspect: last.data.suspect } : {};
    const event = envelop(
      newId(),
      { type: 'ClockTicked', data: tick },
      {
        tenant: CLOCK_TENANT,
        correlationId: stream,
        causationId: tick.bootId,
        occurredAt: tick.tickedAt,
        actor: 'service:expiry',
      },
    );
    try {
      const { position } = await store.append(stream, last?.revision ?? 'no_stream', [event]);
      return { position, ...(tick.suspect && { suspect: tick.suspect }) };
    } catch (error) {
      const lostRace = error instanceof EventStoreError && error.code === 'wrong_expected_revision';
      if (!lostRace || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/** The instance's last tick since an operator last confirmed the clock. `past`: the newest first. */
function ownLastIn(past: readonly ClockEvent[], bootId: string): ClockTicked | undefined {
  for (const { type, data } of past) {
    if (type === 'ClockConfirmed') return undefined;
    if (data.bootId === bootId) return data;
  }
  return undefined;
}
