import { streamOf } from '@evidence/contracts';
import { foldOf } from '@evidence/decider';
import { historyOf } from '@evidence/event-store/log';
import { CLEAN_SCANS_MAX, type SetAutoResolvePolicy, tenantPolicy } from '@evidence/retention';
import { withEventStore } from '../event-store.js';
import { decideAsOperator } from '../operator-command.js';
import { jsonLine } from '../output.js';
import { operatorOf, type Surroundings } from '../surroundings.js';
import { tenantSlug, wholeNumber } from '../values.js';

/** `evidence auto-resolve set`: applies to scans that are imported from now on. */
export async function set(
  options: { tenant: string; afterCleanScans: string },
  surroundings: Surroundings,
): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const scans = wholeNumber('--after-clean-scans', options.afterCleanScans, { min: 0, max: CLEAN_SCANS_MAX });
  const afterCleanScans = scans === 0 ? null : scans;
  const data = { tenant, afterCleanScans, setAt: surroundings.now().toISOString(), setBy: operatorOf() };
  const command: SetAutoResolvePolicy = { type: 'SetAutoResolvePolicy', data };
  const decision = { stream: streamOf.tenant(tenant), decider: tenantPolicy, command, tenant, correlationId: tenant };
  const done = await withEventStore(surroundings, (store) => decideAsOperator(store, decision, surroundings));
  surroundings.stdout.write(`${done ? '' : 'Unchanged: '}${policyInWords(tenant, afterCleanScans)}\n`);
}

/** `evidence auto-resolve show`. */
export async function show(options: { tenant: string; json?: true }, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const past = await withEventStore(surroundings, (store) =>
    Array.fromAsync(historyOf(store, 'tenant', streamOf.tenant(tenant))),
  );
  const { autoResolveAfterCleanScans: afterCleanScans = null } = foldOf(tenantPolicy, past);
  const { stdout } = surroundings;
  stdout.write(options.json ? jsonLine({ tenant, afterCleanScans }) : `${policyInWords(tenant, afterCleanScans)}\n`);
}

const policyInWords = (tenant: string, scans: number | null): string =>
  scans === null
    ? `Weaknesses of ${tenant} are closed only by a decision.`
    : `Weaknesses of ${tenant} are resolved once ${scans} ${scans === 1 ? 'scan has' : 'scans in a row have'} tested them without finding them.`;
