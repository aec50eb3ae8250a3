import { isValid, streamOf } from '@evidence/contracts';
import { foldOf } from '@evidence/decider';
import {
  RETENTION_SECONDS_MAX,
  RETENTION_SECONDS_MIN,
  type SetRetentionFloor,
  type SetRetentionPolicy,
  tenantPolicy,
} from '@evidence/retention';
import { withEventStore } from '../event-store.js';
import { usageFailure } from '../failure.js';
import { type KeptReport, keptReports, tenantHistory } from '../kept-reports.js';
import { LeftOut, mayBeOf } from '../left-out.js';
import { decideAsOperator } from '../operator-command.js';
import { type Cell, columns, count, jsonLine } from '../output.js';
import { operatorOf, type Surroundings } from '../surroundings.js';
import { tenantSlug, wholeNumber } from '../values.js';

interface SetOptions {
  readonly tenant: string;
  readonly seconds: string;
  readonly dryRun?: true;
}

/** `evidence retention set`: applies to reports that become ready from now on. */
export async function set(options: SetOptions, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const dryRun = options.dryRun ?? false;
  const limits = { min: RETENTION_SECONDS_MIN, max: RETENTION_SECONDS_MAX };
  const retentionSeconds = wholeNumber('--seconds', options.seconds, limits);
  const data = { tenant, retentionSeconds, setAt: surroundings.now().toISOString(), setBy: operatorOf() };
  const command: SetRetentionPolicy = { type: 'SetRetentionPolicy', data };
  const done = await withEventStore(surroundings, (store) =>
    decideAsOperator(store, { ...aboutTenant(tenant), command, dryRun }, surroundings),
  );
  const state = done ? 'Reports that become ready from now on' : 'Unchanged: reports that become ready';
  surroundings.stdout.write(
    `${state} ${done && dryRun ? 'would be kept for' : 'are kept for'} ${spanOf(retentionSeconds)}.${onlyTried(dryRun)}\n`,
  );
}

/** `evidence retention floor`: applies to all reports, including those that are ready. */
export async function floor(options: SetOptions & { reason: string }, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const dryRun = options.dryRun ?? false;
  const floorSeconds = wholeNumber('--seconds', options.seconds, { min: 0, max: RETENTION_SECONDS_MAX });
  const { reason } = options;
  const data = { tenant, floorSeconds, reason, setAt: surroundings.now().toISOString(), setBy: operatorOf() };
  const command: SetRetentionFloor = { type: 'SetRetentionFloor', data };
  const leftOut = new LeftOut(mayBeOf(tenant));
  const { done, moved } = await withEventStore(surroundings, async (store) => {
    const before = await keptReports(store, tenant, leftOut);
    const after = await keptReports(store, tenant, leftOut, { seconds: floorSeconds, eventId: '' });
    const done = await decideAsOperator(store, { ...aboutTenant(tenant), command, dryRun }, surroundings);
    const dueOnce = new Map(before.map(({ reportId, dueAt }) => [reportId, dueAt]));
    return { done, moved: after.filter(({ reportId, dueAt }) => dueOnce.get(reportId) !== dueAt).length };
  });
  leftOut.tell(surroundings);
  const isTried = done && dryRun;
  const least =
    floorSeconds === 0
      ? `${isTried ? 'would have' : 'has'} no floor`
      : `${isTried ? 'would keep' : 'keeps'} every report for at least ${spanOf(floorSeconds)}`;
  const effect = done
    ? ` This ${isTried ? 'would move' : 'moves'} the due date of ${count(moved, 'ready report')}.`
    : '';
  surroundings.stdout.write(`${done ? '' : 'Unchanged: '}${tenant} ${least}.${effect}${onlyTried(dryRun)}\n`);
}

/** `evidence retention show`: the policy, the floor, and the holds in force. */
export async function show(options: { tenant: string; json?: true }, surroundings: Surroundings): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const past = await withEventStore(surroundings, (store) => tenantHistory(store, tenant));
  const { retentionSeconds = null, floorSeconds = null, holds } = foldOf(tenantPolicy, past);
  const { stdout } = surroundings;
  if (options.json) {
    stdout.write(jsonLine({ tenant, retentionSeconds, floorSeconds, holds: [...holds] }));
    return;
  }
  const span = retentionSeconds === null ? 'the installation’s default' : spanOf(retentionSeconds);
  stdout.write(`Retention of ${tenant}: ${span}.\n`);
  stdout.write(floorSeconds === null ? 'No floor is set.\n' : `Floor: ${spanOf(floorSeconds)}.\n`);
  stdout.write(
    holds.size === 0 ? 'There are no legal holds.\n' : `Legal holds:\n${[...holds].map((id) => `  ${id}\n`).join('')}`,
  );
}

/** `evidence retention due`: the reports that will be due for pruning by then. Changes nothing. */
export async function due(
  options: { tenant: string; by?: string; json?: true },
  surroundings: Surroundings,
): Promise<void> {
  const tenant = tenantSlug(options.tenant);
  const { by = surroundings.now().toISOString() } = options;
  if (!isValid('Vocabulary.v1', 'Instant', by))
    throw usageFailure(`--by "${by}" is not an instant in UTC: write it as 2026-05-20T08:00:00Z.`);
  const leftOut = new LeftOut(mayBeOf(tenant));
  const kept = await withEventStore(surroundings, (store) => keptReports(store, tenant, leftOut));
  leftOut.tell(surroundings);
  const ending = kept.filter(({ dueAt }) => Date.parse(dueAt) <= Date.parse(by));
  const pruned = ending.filter(({ held }) => !held);
  const { stdout, stderr } = surroundings;
  if (options.json) for (const report of ending) stdout.write(jsonLine(documentOf(report)));
  else if (ending.length > 0) stdout.write(tableOf(ending, stdout));
  const bytes = pruned.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  stderr.write(
    `Due by ${by}: ${pruned.length} of ${kept.length} artifacts of ${tenant} (${bytes} bytes). Kept by legal holds: ${ending.length - pruned.length}.\n`,
  );
}

const aboutTenant = (tenant: string) => ({
  stream: streamOf.tenant(tenant),
  decider: tenantPolicy,
  tenant,
  correlationId: tenant,
});

const onlyTried = (dryRun: boolean): string => (dryRun ? ' Nothing was written.' : '');

const documentOf = ({ reportId, promised: { readyAt }, dueAt, held, sizeBytes }: KeptReport) => ({
  report_id: reportId,
  ready_at: readyAt,
  due_at: dueAt,
  held,
  size_bytes: sizeBytes,
});

function tableOf(reports: readonly KeptReport[], stdout: NodeJS.WriteStream): string {
  const heading = ['DUE', 'REPORT', 'BYTES', 'HOLD'].map((text): Cell => ({ text, style: 'dim' }));
  const rows = reports.map(({ reportId, dueAt, held, sizeBytes }) => [
    dueAt,
    reportId,
    String(sizeBytes),
    { text: held ? 'held' : '', style: 'yellow' as const },
  ]);
  return columns([heading, ...rows], stdout);
}

function spanOf(seconds: number): string {
  const days = seconds / (24 * 60 * 60);
  const rounded = Number(days.toFixed(1));
  return days >= 1 ? `${seconds} s (${rounded} ${rounded === 1 ? 'day' : 'days'})` : `${seconds} s`;
}
