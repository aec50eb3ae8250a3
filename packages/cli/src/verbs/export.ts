import { open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readArtifactFolder } from '@evidence/artifacts';
import { isValid } from '@evidence/contracts';
import { withEventStore } from '../event-store.js';
import type { Selection } from '../export/chosen.js';
import { writeExport } from '../export/write.js';
import { CommandFailure, usageFailure } from '../failure.js';
import { isThere } from '../is-there.js';
import { count } from '../output.js';
import { installedKeys } from '../prove/keys.js';
import type { Surroundings } from '../surroundings.js';
import { tenantSlug } from '../values.js';

interface Options {
  readonly tenant?: string;
  readonly period?: string;
  readonly output: string;
}

/**
 * `evidence export <report-id> | --tenant <slug> | --period <from..to>`: one file that `evidence verify` checks without a running system. Reads
 * the log and the artifacts, and writes only the file, which is renamed to its final name when it is complete.
 */
export async function exportReports(
  reportId: string | undefined,
  options: Options,
  surroundings: Surroundings,
): Promise<void> {
  const { env, root, now, stdout, stderr } = surroundings;
  const selection = selectionOf(reportId, options);
  const output = resolve(options.output);
  if (await isThere(output)) throw new CommandFailure(`${output} already exists: choose another file.`);
  const folder = join(resolve(root, env.DATA_DIR || '.data'), 'artifacts');
  if (!(await isThere(folder)))
    throw new CommandFailure(`${folder} does not exist: set DATA_DIR to the data folder of the system.`);
  const keys = await installedKeys(surroundings);
  if (typeof keys === 'string')
    throw new CommandFailure(`An export needs a signing key, but ${keys}: set DATA_DIR or SIGNING_KEYS_FILE.`);
  const draft = `${output}.draft`;
  const file = await open(draft, 'wx', 0o600).catch((cause: Error) => {
    throw new CommandFailure(`${draft} cannot be created: ${cause.message}.`, { cause });
  });
  try {
    const parts = { artifacts: readArtifactFolder(folder), keys, now: now() };
    const manifest = await withEventStore(surroundings, (store) =>
      writeExport(file, { ...parts, store }, selection),
    ).finally(() => file.close());
    await rename(draft, output);
    stdout.write(
      `${output}: ${count(manifest.reports.length, 'report')} and ${count(manifest.events, 'event')}, up to position ${manifest.head}. Check it with evidence verify ${options.output} --key <jwks.json>.\n`,
    );
    for (const sentence of manifest.doesNotContain) stderr.write(`Not included: ${sentence}\n`);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function selectionOf(reportId: string | undefined, { tenant, period }: Options): Selection {
  if (reportId === undefined && tenant === undefined && period === undefined)
    throw usageFailure('Choose what to export: give a report id, --tenant or --period.');
  if (reportId !== undefined && !isValid('Vocabulary.v1', 'ReportId', reportId))
    throw usageFailure(`"${reportId}" is not a report id.`);
  return {
    ...(reportId !== undefined && { reportId }),
    ...(tenant !== undefined && { tenant: tenantSlug(tenant) }),
    ...(period !== undefined && instantsOf(period)),
  };
}

function instantsOf(period: string): { from: string; to: string } {
  const [from, to, ...more] = period.split('..').map((text) => new Date(text));
  const areInstants = from && to && more.length === 0 && ![from, to].some((at) => Number.isNaN(at.getTime()));
  if (areInstants && from < to) return { from: from.toISOString(), to: to.toISOString() };
  throw usageFailure(`--period must be two dates or instants, such as 2026-01-01..2026-04-01, not "${period}".`);
}
