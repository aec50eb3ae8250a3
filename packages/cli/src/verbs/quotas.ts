import { type QuotasSet, streamOf } from '@evidence/contracts';
import { foldOf } from '@evidence/decider';
import {
  QUOTA_MAX,
  type QuotaName,
  type Quotas,
  quotaNames,
  quotasOf,
  type SetQuotas,
  tenantPolicy,
} from '@evidence/retention';
import { withEventStore } from '../event-store.js';
import { usageFailure } from '../failure.js';
import { tenantHistory } from '../kept-reports.js';
import { decideAsOperator } from '../operator-command.js';
import { jsonLine } from '../output.js';
import { defaultQuotas, recordedFindings } from '../room.js';
import { operatorOf, type Surroundings } from '../surroundings.js';
import { tenantSlug, wholeNumber } from '../values.js';

/** `default` is the installation's. */
type SetOptions = { readonly tenant: string } & Partial<Record<QuotaName, string>>;

const OPTIONS: Readonly<Record<QuotaName, string>> = {
  findings: '--findings',
  artifactBytes: '--artifact-bytes',
  queuedReports: '--queued-reports',
};

/** `evidence quotas set`: a quota that is left out stays as it is. */
export async function set(options: SetOptions, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const given = quotaNames.flatMap((name) => {
    const text = options[name];
    return text === undefined ? [] : [[name, limitOf(OPTIONS[name], text)] as const];
  });
  if (given.length === 0) throw usageFailure(`Give at least one quota: ${Object.values(OPTIONS).join(', ')}.`);
  const data = {
    tenant,
    ...(Object.fromEntries(given) as Partial<Pick<QuotasSet, QuotaName>>),
    setAt: surroundings.now().toISOString(),
    setBy: operatorOf(),
  };
  const command: SetQuotas = { type: 'SetQuotas', data };
  const decision = { stream: streamOf.tenant(tenant), decider: tenantPolicy, command, tenant, correlationId: tenant };
  const { done, policy } = await withEventStore(surroundings, async (store) => ({
    done: await decideAsOperator(store, decision, surroundings),
    policy: foldOf(tenantPolicy, await tenantHistory(store, tenant)),
  }));
  const state = inWords(quotasOf(policy.quotas, defaultQuotas(surroundings.env)));
  surroundings.stdout.write(`${done ? '' : 'Unchanged: '}${tenant} may have ${state}.\n`);
}

/** `evidence quotas show`. */
export async function show(options: { tenant: string; json?: true }, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const { policy, findings } = await withEventStore(surroundings, async (store) => ({
    policy: foldOf(tenantPolicy, await tenantHistory(store, tenant)),
    findings: (await recordedFindings(store, tenant)).findings,
  }));
  const quotas = quotasOf(policy.quotas, defaultQuotas(surroundings.env));
  const { stdout } = surroundings;
  if (options.json) stdout.write(jsonLine({ tenant, ...quotas, recordedFindings: findings }));
  else stdout.write(`${tenant} may have ${inWords(quotas)}; it has ${findings} findings.\n`);
}

const limitOf = (option: string, text: string): number | null =>
  text === 'default' ? null : wholeNumber(option, text, { min: 0, max: QUOTA_MAX });

const inWords = ({ findings, artifactBytes, queuedReports }: Quotas): string =>
  `${upTo(findings)} findings, ${upTo(artifactBytes)} bytes of artifacts, and ${upTo(queuedReports)} reports queued or running`;

const upTo = (limit: number): string => (limit === 0 ? 'any number of' : `up to ${limit}`);
