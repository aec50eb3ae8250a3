import type { ScanRecorded } from '@evidence/contracts';
import { foldOf } from '@evidence/decider';
import type { EventLog } from '@evidence/event-store/log';
import { fits, type Quotas, quotasOf, tenantPolicy } from '@evidence/retention';
import { ConfigError, DiskWatch, readConfig, roomVariables, shortageInWords } from '@evidence/runtime';
import { CommandFailure, usageFailure } from './failure.js';
import { tenantHistory } from './kept-reports.js';

/** The quotas of a tenant that has none of its own. This environment may differ from that of the services. */
export function defaultQuotas(env: NodeJS.ProcessEnv): Quotas {
  const { quotaFindings, quotaArtifactBytes, quotaQueuedReports } = roomIn(env);
  return { findings: quotaFindings, artifactBytes: quotaArtifactBytes, queuedReports: quotaQueuedReports };
}

function roomIn(env: NodeJS.ProcessEnv) {
  try {
    return readConfig(env, roomVariables);
  } catch (error) {
    throw error instanceof ConfigError ? usageFailure(error.message, { cause: error }) : error;
  }
}

/** How many findings the scans of a tenant have recorded, and which scans those are. As the gateway counts them. */
export async function recordedFindings(
  store: EventLog,
  tenant: string,
): Promise<{ readonly findings: number; readonly scanIds: ReadonlySet<string> }> {
  const scanIds = new Set<string>();
  let findings = 0;
  // An unreadable scan does not block the next one.
  const onUnreadable = () => undefined;
  for await (const event of store.readAll({ filter: { types: ['ScanRecorded'] }, onUnreadable })) {
    if (event.type !== 'ScanRecorded' || event.data.tenant !== tenant) continue;
    scanIds.add(event.data.scanId);
    findings += event.data.counts.recorded;
  }
  return { findings, scanIds };
}

/** Throws a failure when the scan is new and larger than what is left of the tenant's quota. */
export async function requireQuota(
  store: EventLog,
  { tenant, scanId, counts }: Pick<ScanRecorded, 'tenant' | 'scanId' | 'counts'>,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const { quotas } = foldOf(tenantPolicy, await tenantHistory(store, tenant));
  const { findings: limit } = quotasOf(quotas, defaultQuotas(env));
  if (limit === 0) return;
  const { findings: used, scanIds } = await recordedFindings(store, tenant);
  if (scanIds.has(scanId) || fits(used, counts.recorded, limit)) return;
  throw new CommandFailure(
    `Nothing was recorded: the scan has ${counts.recorded} findings, and ${tenant} has used ${used} of its quota of ${limit}. Raise the quota with \`evidence quotas set --tenant ${tenant} --findings <n>\`, or import a smaller scan.`,
  );
}

/** Throws a failure when the disk of the event store's folder is nearly full. */
export async function requireDisk(eventsFolder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { diskWatermarkBytes: watermarkBytes } = roomIn(env);
  const shortage = await new DiskWatch({ folders: { [eventsFolder]: eventsFolder }, watermarkBytes }).shortage();
  if (shortage) throw new CommandFailure(`${shortageInWords(shortage)} Nothing was recorded; import again afterwards.`);
}
