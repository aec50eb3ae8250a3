import { join } from 'node:path';
import { readEvent } from '@evidence/contracts';
import { EventStoreError, type RecordedEvent } from '@evidence/event-store';
import { type LogFile, openLogFile } from '@evidence/event-store/engine';
import { sha256OfFile, sizeOfFile } from './files.js';
import { ARTIFACTS_FOLDER, EVENTS_FILE, manifestIn } from './manifest.js';
import { secretsIn } from './take.js';

/** What is wrong with a backup, in one sentence each. */
export interface Findings {
  /** Without these something cannot be restored. */
  readonly missing: readonly string[];
  /** Worth knowing, but harmless. */
  readonly notes: readonly string[];
  readonly reports: number;
}

/** The blobs of a report that the artifact store must have. */
interface Needed {
  readonly tenant: string;
  artifact?: string;
  attestation?: string;
  readonly snapshots: Set<string>;
}

/**
 * Checks whether a backup can be restored: the log's file by its digest, its pages and its chain, and the artifact and attestation of each
 * report that is still kept by their digests. Throws `CommandFailure` for a folder without a backup, or with one of a newer release.
 */
export async function checkBackup(folder: string, keys: string | undefined): Promise<Findings> {
  const manifest = await manifestIn(folder);
  const missing: string[] = [];
  const notes: string[] = [];
  let reports = 0;
  if (manifest.events) {
    const file = join(folder, EVENTS_FILE);
    missing.push(...(await wrongWithLog(file, manifest.events)));
    if (missing.length === 0) {
      const needed = neededBy(file);
      reports = needed.size;
      for (const [reportId, one] of needed) missing.push(...(await missingOf(folder, reportId, one, notes)));
    }
  } else notes.push('The backup has no log: the event store is KurrentDB, which has its own backups.');
  notes.push(...(await aboutKeys(keys, missing)));
  return { missing, notes, reports };
}

async function wrongWithLog(
  file: string,
  told: { readonly sizeBytes: number; readonly sha256: string },
): Promise<string[]> {
  const sizeBytes = await sizeOfFile(file);
  if (sizeBytes === undefined) return [`The log is missing: ${file} does not exist.`];
  if (sizeBytes < told.sizeBytes) return [`The log is truncated: ${file} has ${sizeBytes} of ${told.sizeBytes} bytes.`];
  const damage = damageIn(file);
  if (damage !== undefined) return [damage];
  if ((await sha256OfFile(file)) !== told.sha256)
    return [`The log was changed since the backup: ${file} does not have the SHA-256 in backup.json.`];
  return [];
}

function damageIn(file: string): string | undefined {
  let log: LogFile | undefined;
  try {
    log = openLogFile(file);
    const damage = log.damage();
    return damage && `The log is damaged: ${damage} (${file}).`;
  } catch (error) {
    if (error instanceof EventStoreError) return error.message;
    throw error;
  } finally {
    log?.close();
  }
}

/** By report, without those that failed or expired. */
function neededBy(file: string): Map<string, Needed> {
  const reports = new Map<string, Needed>();
  const log = openLogFile(file);
  try {
    for (const event of log.events()) take(event, reports);
  } finally {
    log.close();
  }
  return reports;
}

function take({ type, data, metadata }: RecordedEvent, reports: Map<string, Needed>): void {
  const reading = readEvent(type, data, metadata);
  if (reading.kind !== 'event') return;
  const { event } = reading;
  switch (event.type) {
    case 'ReportScoped':
    case 'ReportMapped': {
      const report = reports.get(event.data.reportId) ?? { tenant: reading.metadata.tenant, snapshots: new Set() };
      report.snapshots.add(event.data.snapshot.sha256);
      reports.set(event.data.reportId, report);
      return;
    }
    case 'ReportReady': {
      const report = reports.get(event.data.reportId);
      if (report) {
        report.artifact = event.data.artifact.sha256;
        report.attestation = event.data.attestation.sha256;
      }
      return;
    }
    case 'ReportFailed':
    case 'ReportExpired':
      reports.delete(event.data.reportId);
  }
}

async function missingOf(folder: string, reportId: string, needed: Needed, notes: string[]): Promise<string[]> {
  const { tenant, artifact, attestation, snapshots } = needed;
  const missing: string[] = [];
  for (const [what, sha256] of Object.entries({ artifact, attestation })) {
    const wrong = sha256 && (await wrongWithBlob(folder, tenant, sha256));
    if (wrong) missing.push(`The ${what} of ${reportId} ${wrong} (${tenant}, ${sha256}).`);
  }
  for (const sha256 of snapshots) {
    const wrong = await wrongWithBlob(folder, tenant, sha256);
    if (wrong)
      notes.push(`A snapshot of ${reportId} ${wrong} (${tenant}, ${sha256}): it will be rebuilt from the log.`);
  }
  return missing;
}

async function wrongWithBlob(folder: string, tenant: string, sha256: string): Promise<string | undefined> {
  const path = join(folder, ARTIFACTS_FOLDER, tenant, sha256.slice(0, 2), sha256);
  if ((await sizeOfFile(path)) === undefined) return 'is missing';
  return (await sha256OfFile(path)) === sha256 ? undefined : 'is damaged';
}

async function aboutKeys(keys: string | undefined, missing: string[]): Promise<string[]> {
  if (keys === undefined) return ['The keys were not checked: give their folder with --keys.'];
  if ((await secretsIn(keys)).length === 0) missing.push(`The folder ${keys} has no keys.`);
  return [];
}
