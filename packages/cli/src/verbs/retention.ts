import { streamOf } from '@evidence/contracts';
import { foldOf } from '@evidence/decider';
import {
  RETENTION_SECONDS_MAX,
  RETENTION_SECONDS_MIN,
  type SetRetentionPolicy,
  type TenantEvent,
  tenantPolicy,
} from '@evidence/retention';
import { withEventStore } from '../event-store.js';
import { decideAsOperator } from '../operator-command.js';
import { jsonLine } from '../output.js';
import { operatorOf, type Surroundings } from '../surroundings.js';
import { tenantSlug, wholeNumber } from '../values.js';

/** `evidence retention set`: for the reports that become ready from now on. */
export async function set(options: { tenant: string; seconds: string }, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const limits = { min: RETENTION_SECONDS_MIN, max: RETENTION_SECONDS_MAX };
  const retentionSeconds = wholeNumber('--seconds', options.seconds, limits);
  const data = { tenant, retentionSeconds, setAt: surroundings.now().toISOString(), setBy: operatorOf() };
  const command: SetRetentionPolicy = { type: 'SetRetentionPolicy', data };
  const decision = {
    stream: streamOf.tenant(tenant),
    decider: tenantPolicy,
    command,
    tenant,
    correlationId: tenant,
  };
  const done = await withEventStore(surroundings, (store) => decideAsOperator(store, decision, surroundings));
  const state = done ? 'Reports that become ready from now on' : 'Unchanged: reports that become ready';
  surroundings.stdout.write(`${state} live ${spanOf(retentionSeconds)}.\n`);
}

/** `evidence retention show`: the policy, and the holds that stand. */
export async function show(options: { tenant: string; json?: true }, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const past = await withEventStore(surroundings, async (store) => {
    const recorded = await Array.fromAsync(store.readStream(streamOf.tenant(tenant)));
    return recorded.map(({ type, data }) => ({ type, data }) as TenantEvent);
  });
  const { retentionSeconds, holds } = foldOf(tenantPolicy, past);
  const { stdout } = surroundings;
  if (options.json) {
    stdout.write(jsonLine({ tenant, retentionSeconds: retentionSeconds ?? null, holds: [...holds] }));
    return;
  }
  const span = retentionSeconds === undefined ? 'the default of the installation' : spanOf(retentionSeconds);
  stdout.write(`Retention of ${tenant}: ${span}.\n`);
  stdout.write(
    holds.size === 0 ? 'No legal hold stands.\n' : `Legal holds:\n${[...holds].map((id) => `  ${id}\n`).join('')}`,
  );
}

function spanOf(seconds: number): string {
  const days = seconds / (24 * 60 * 60);
  return days >= 1 ? `${seconds} s (${Number(days.toFixed(1))} days)` : `${seconds} s`;
}
