import { randomUUID } from 'node:crypto';
import { envelop, streamOf } from '@evidence/contracts';
import { historyOf } from '@evidence/event-store/log';
import { CLOCK_TENANT, confirmationAfter } from '@evidence/retention';
import { withEventStore } from '../event-store.js';
import { operatorOf, type Surroundings } from '../surroundings.js';

/** `evidence expiry confirm`: the clock is right, so expiring and pruning continue within a minute. Does nothing when the clock is not suspect. */
export async function confirm(surroundings: Surroundings): Promise<void> {
  const confirmedAt = surroundings.now().toISOString();
  const sentence = await withEventStore(surroundings, async (store) => {
    const stream = streamOf.clock();
    const [last] = await Array.fromAsync(historyOf(store, 'clock', stream, { direction: 'backwards', limit: 1 }));
    const data = confirmationAfter(last, { confirmedAt, confirmedBy: operatorOf() });
    if (!data || last?.type !== 'ClockTicked') return 'The clock is not suspect: there is nothing to confirm.';
    const provenance = { tenant: CLOCK_TENANT, correlationId: stream, causationId: last.id, occurredAt: confirmedAt };
    const event = envelop(randomUUID(), { type: 'ClockConfirmed', data }, { ...provenance, actor: operatorOf() });
    await store.append(stream, last.revision, [event]);
    const { reason, bySeconds, since } = last.data.suspect ?? {};
    return `The clock is confirmed. It had been suspect since ${since} (${reason}, ${bySeconds} s); expiry continues within a minute.`;
  });
  surroundings.stdout.write(`${sentence}\n`);
}
