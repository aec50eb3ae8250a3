import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ArtifactError, type ArtifactStore, openArtifactFolder } from '@evidence/artifacts';
import { ContractError, type Rules } from '@evidence/contracts';
import { Refusal } from '@evidence/decider';
import { loadFrameworks } from '@evidence/frameworks/load';
import { SnapshotError } from '@evidence/report/snapshots';
import { rulesOf, type VerdictChange } from '@evidence/verdicts';
import { withEventStore } from '../event-store.js';
import { CommandFailure } from '../failure.js';
import { type IssuedReport, issuedReports } from '../issued-reports.js';
import { LeftOut, mayBeOf } from '../left-out.js';
import { type Cell, columns, count, jsonLine } from '../output.js';
import { rejudge } from '../rejudge.js';
import type { Surroundings } from '../surroundings.js';

interface Options {
  readonly tenant?: string;
  readonly json?: true;
}

interface Judged {
  readonly report: IssuedReport;
  readonly changes: readonly VerdictChange[];
  /** Why it cannot be judged. */
  readonly because?: string;
}

/**
 * `evidence reports affected`: maps the stored scope of each issued report again, with the rules of this release, and lists the reports with
 * a control whose verdict would differ. Read-only. A report whose snapshots are gone or unreadable is listed with the reason.
 */
export async function affected({ tenant, json }: Options, surroundings: Surroundings): Promise<void> {
  const { stdout, stderr } = surroundings;
  const frameworks = loadFrameworks();
  const rules = rulesOf(frameworks);
  const artifacts = await artifactsOf(surroundings);
  const leftOut = new LeftOut(mayBeOf(tenant));
  const reports = await withEventStore(surroundings, (store) => issuedReports(store, tenant, leftOut));
  leftOut.tell(surroundings);
  const judged: Judged[] = [];
  for (const report of reports) {
    const judgement = isBy(rules, report) ? { report, changes: [] } : await judge(report);
    if (judgement.changes.length === 0 && judgement.because === undefined) continue;
    if (json) stdout.write(jsonLine(documentOf(judgement, rules)));
    judged.push(judgement);
  }
  if (!json && judged.length > 0) stdout.write(tableOf(judged, stdout));
  stderr.write(`${totals(reports.length, judged)} Current rules: ${rules.version}, sha256 ${rules.sha256}.\n`);

  async function judge(report: IssuedReport): Promise<Judged> {
    try {
      return { report, changes: await rejudge(report, artifacts, frameworks) };
    } catch (error) {
      if (error instanceof ArtifactError && error.code === 'unavailable') throw error;
      if (KINDS_ABOUT_REPORT.some((kind) => error instanceof kind))
        return { report, changes: [], because: (error as Error).message };
      throw error;
    }
  }
}

/** Faults of the snapshots of one report, not of this machine. */
const KINDS_ABOUT_REPORT = [ArtifactError, SnapshotError, ContractError, Refusal, SyntaxError] as const;

/** The same rules give the same verdicts, so nothing has to be read. */
const isBy = ({ version, sha256 }: Rules, { rules }: IssuedReport): boolean =>
  rules?.version === version && rules.sha256 === sha256;

/** Where the services of the system keep artifacts. Throws rather than create the folder: a wrong one would look like lost snapshots. */
async function artifactsOf({ env, root }: Surroundings): Promise<ArtifactStore> {
  const folder = join(resolve(root, env.DATA_DIR || '.data'), 'artifacts');
  try {
    await access(folder);
  } catch (cause) {
    throw new CommandFailure(`${folder} does not exist: set DATA_DIR to the data folder of the system.`, {
      cause,
    });
  }
  return openArtifactFolder({ folder });
}

function documentOf({ report, changes, because }: Judged, now: Rules) {
  const { reportId, tenant, readyAt, rules } = report;
  return {
    report_id: reportId,
    tenant,
    ready_at: readyAt,
    rules: rules ?? null,
    current_rules: now,
    ...(because === undefined ? { changes } : { cannot_be_judged: because }),
  };
}

function tableOf(judged: readonly Judged[], stdout: NodeJS.WriteStream): string {
  const heading = ['READY', 'TENANT', 'REPORT', 'RULES', 'WHAT'].map((text): Cell => ({ text, style: 'dim' }));
  return columns([heading, ...judged.map(rowOf)], stdout);
}

function rowOf({ report: { readyAt, tenant, reportId, rules }, changes, because }: Judged): (string | Cell)[] {
  const what: Cell =
    because === undefined
      ? { text: `${count(changes.length, 'verdict')}: ${kindsOf(changes)}`, style: 'yellow' }
      : { text: `cannot be judged: ${because}`, style: 'red' };
  return [readyAt, tenant, reportId, rules?.version ?? 'none', what];
}

/** `9 finding → indicated, 2 clean → not_tested`, most first. */
function kindsOf(changes: readonly VerdictChange[]): string {
  const counts = new Map<string, number>();
  for (const { before, after } of changes) {
    const kind = `${before ?? 'absent'} → ${after ?? 'absent'}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}

function totals(issued: number, judged: readonly Judged[]): string {
  const unknown = judged.filter(({ because }) => because !== undefined).length;
  const aside = unknown === 0 ? '' : ` ${unknown} cannot be judged.`;
  return `${judged.length - unknown} of ${issued} issued reports would have different verdicts.${aside}`;
}
