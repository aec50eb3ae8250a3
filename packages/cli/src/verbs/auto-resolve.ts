import { streamOf } from '@evidence/contracts';
import { foldOf } from '@evidence/decider';
import { CLEAN_SCANS_MAX, type SetAutoResolvePolicy, type TenantEvent, tenantPolicy } from '@evidence/retention';
import { withEventStore } from '../event-store.js';
import { decideAsOperator } from '../operator-command.js';
import { jsonLine } from '../output.js';
import { operatorOf, type Surroundings } from '../surroundings.js';
import { tenantSlug, wholeNumber } from '../values.js';

/** `evidence auto-resolve set`: for the scans that are imported from now on. */
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
  surroundings.stdout.write(`${done ? '' : 'Unchanged: '}${sentenceOf(tenant, afterCleanScans)}\n`);
}

/** `evidence auto-resolve show`. */
export async function show(options: { tenant: string; json?: true }, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const past = await withEventStore(surroundings, async (store) => {
    const recorded = await Array.fromAsync(store.readStream(streamOf.tenant(tenant)));
    return recorded.map(({ type, data }) => ({ type, data }) as TenantEvent);
  });
  const { autoResolveAfterCleanScans: afterCleanScans = null } = foldOf(tenantPolicy, past);
  const { stdout } = surroundings;
  stdout.write(options.json ? jsonLine({ tenant, afterCleanScans }) : `${sentenceOf(tenant, afterCleanScans)}\n`);
}

const sentenceOf = (tenant: string, scans: number | null): string =>
  scans === null
    ? `Weaknesses of ${tenant} are closed by decision only.`
    : `Weaknesses of ${tenant} are resolved once ${scans} ${scans === 1 ? 'scan has' : 'scans in a row have'} tested them without seeing them.`;
