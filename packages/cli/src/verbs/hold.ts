import { streamOf } from '@evidence/contracts';
import type { EventLog } from '@evidence/event-store/log';
import { type PlaceLegalHold, type ReleaseLegalHold, tenantPolicy } from '@evidence/retention';
import { withEventStore } from '../event-store.js';
import { CommandFailure } from '../failure.js';
import { decideAsOperator } from '../operator-command.js';
import { operatorOf, type Surroundings } from '../surroundings.js';
import { tenantSlug } from '../values.js';

/** `evidence hold place <report-id>`: the report is kept regardless of its retention. */
export async function place(
  reportId: string,
  options: { tenant: string; reason: string; dryRun?: true },
  surroundings: Surroundings,
): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const { reason, dryRun = false } = options;
  const data = { tenant, reportId, reason, placedAt: surroundings.now().toISOString(), placedBy: operatorOf() };
  const done = await withEventStore(surroundings, async (store) => {
    const prunedAt = await prunedAtOf(store, tenant, reportId);
    const command = { type: 'PlaceLegalHold', data, ...(prunedAt !== undefined && { prunedAt }) } as const;
    const isNew = await decide(store, command, dryRun, surroundings);
    // Two streams, no transaction: the report may have expired in the meantime.
    const prunedSince = dryRun ? undefined : await prunedAtOf(store, tenant, reportId);
    if (prunedSince !== undefined) throw tooLate(reportId, prunedSince);
    return isNew;
  });
  surroundings.stdout.write(
    done ? `${reportId} ${dryRun ? WOULD_BE_HELD : 'is held.'}\n` : `${reportId} was already held.\n`,
  );
}

const WOULD_BE_HELD = 'would be held. Nothing was written.';

/** `evidence hold release <report-id>`: retention applies again, at once if the report is overdue. */
export async function release(
  reportId: string,
  options: { tenant: string; dryRun?: true },
  surroundings: Surroundings,
): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const { dryRun = false } = options;
  const data = { tenant, reportId, releasedAt: surroundings.now().toISOString(), releasedBy: operatorOf() };
  const done = await withEventStore(surroundings, async (store) => {
    await prunedAtOf(store, tenant, reportId);
    return decide(store, { type: 'ReleaseLegalHold', data }, dryRun, surroundings);
  });
  const released = dryRun ? 'would no longer be held. Nothing was written.' : 'is no longer held.';
  surroundings.stdout.write(done ? `${reportId} ${released}\n` : `${reportId} was not held.\n`);
}

function decide(
  store: EventLog,
  command: PlaceLegalHold | ReleaseLegalHold,
  dryRun: boolean,
  surroundings: Surroundings,
): Promise<boolean> {
  const { tenant, reportId } = command.data;
  const stream = streamOf.tenant(tenant);
  return decideAsOperator(
    store,
    { stream, decider: tenantPolicy, command, tenant, correlationId: reportId, dryRun },
    surroundings,
  );
}

/** When the report was pruned, if it was. An unknown report is a failure, because a hold on a misspelt id would keep nothing, unnoticed. */
async function prunedAtOf(store: EventLog, tenant: string, reportId: string): Promise<string | undefined> {
  let isTheirs = false;
  let prunedAt: string | undefined;
  // An unreadable event does not prevent a hold.
  const onUnreadable = (event: { readonly tenant?: string | undefined }): void => {
    isTheirs ||= event.tenant === tenant;
  };
  for await (const event of store.readStream(streamOf.report(reportId), { onUnreadable })) {
    isTheirs ||= event.metadata.tenant === tenant;
    if (event.type === 'ReportExpired') prunedAt = event.data.expiredAt;
  }
  if (!isTheirs) throw new CommandFailure(`Tenant ${tenant} has no report ${reportId}.`);
  return prunedAt;
}

const tooLate = (reportId: string, prunedAt: string): CommandFailure =>
  new CommandFailure(
    `${reportId} expired at ${prunedAt}, while the hold was being placed. The hold is recorded, but clients cannot get the artifact any more: regenerate the report, and hold the new one.`,
  );
