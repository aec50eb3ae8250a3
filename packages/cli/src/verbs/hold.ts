import { type EventMetadata, streamOf } from '@evidence/contracts';
import type { EventStore } from '@evidence/event-store';
import { type PlaceLegalHold, type ReleaseLegalHold, tenantPolicy } from '@evidence/retention';
import { withEventStore } from '../event-store.js';
import { CommandFailure } from '../failure.js';
import { decideAsOperator } from '../operator-command.js';
import { operatorOf, type Surroundings } from '../surroundings.js';
import { tenantSlug } from '../values.js';

/** `evidence hold place <report-id>`: the report is kept, whatever its retention. */
export async function place(
  reportId: string,
  options: { tenant: string; reason: string },
  surroundings: Surroundings,
): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const { reason } = options;
  const data = { tenant, reportId, reason, placedAt: surroundings.now().toISOString(), placedBy: operatorOf() };
  const done = await decide({ type: 'PlaceLegalHold', data }, surroundings);
  surroundings.stdout.write(done ? `${reportId} is held.\n` : `${reportId} was held already.\n`);
}

/** `evidence hold release <report-id>`: retention decides again, at once if its end has passed. */
export async function release(
  reportId: string,
  options: { tenant: string },
  surroundings: Surroundings,
): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const data = { tenant, reportId, releasedAt: surroundings.now().toISOString(), releasedBy: operatorOf() };
  const done = await decide({ type: 'ReleaseLegalHold', data }, surroundings);
  surroundings.stdout.write(done ? `${reportId} is not held any more.\n` : `No hold stood on ${reportId}.\n`);
}

function decide(command: PlaceLegalHold | ReleaseLegalHold, surroundings: Surroundings): Promise<boolean> {
  const { tenant, reportId } = command.data;
  const stream = streamOf.tenant(tenant);
  return withEventStore(surroundings, async (store) => {
    await checkReport(store, tenant, reportId);
    return decideAsOperator(
      store,
      { stream, decider: tenantPolicy, command, tenant, correlationId: reportId },
      surroundings,
    );
  });
}

/** A hold on a misspelt id would be believed and keep nothing. */
async function checkReport(store: EventStore, tenant: string, reportId: string): Promise<void> {
  for await (const { metadata } of store.readStream(streamOf.report(reportId), { limit: 1 })) {
    if ((metadata as EventMetadata).tenant === tenant) return;
  }
  throw new CommandFailure(`Tenant ${tenant} has no report ${reportId}.`);
}
