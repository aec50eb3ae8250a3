import type { FileHandle } from 'node:fs/promises';
import { ArtifactError, type ArtifactStore } from '@evidence/artifacts';
import { assertDocument, canonicalJson, type ExportManifest } from '@evidence/contracts';
import type { EventLog } from '@evidence/event-store/log';
import { attest, type KeyRing } from '@evidence/signing';
import { CommandFailure } from '../failure.js';
import { Chosen, type ChosenReport, type Selection } from './chosen.js';
import {
  artifactPath,
  attestationPath,
  doesNotContain,
  EVENTS,
  EXPORT_FORMAT,
  EXPORT_PREDICATE_TYPE,
  eventSchemaPath,
  KEYS,
  MANIFEST,
  MANIFEST_ATTESTATION,
  schemasWith,
} from './layout.js';
import { TarError, TarWriter } from './tar.js';

export interface ExportParts {
  readonly store: EventLog;
  readonly artifacts: Pick<ArtifactStore, 'read'>;
  readonly keys: Pick<KeyRing, 'activeAt' | 'jwks'>;
  readonly now: Date;
}

/**
 * Writes the events of the chosen reports, their schemas, files and keys, and an attested manifest of everything. Reads the log once, and keeps
 * in memory only the manifest's entry of each report. Throws `CommandFailure` when no report matches.
 */
export async function writeExport(
  file: FileHandle,
  { store, artifacts, keys, now }: ExportParts,
  selection: Selection,
): Promise<ExportManifest> {
  const signer = keys.activeAt(now);
  const head = (await store.head()) ?? 0n;
  const tar = new TarWriter(file);
  const chosen = new Chosen(store, selection, head);
  await tar.add(EVENTS, chosen.lines());
  if (chosen.reports.size === 0)
    throw new CommandFailure('No report matches. List them with evidence replay --to <instant>.');
  const schemas = schemasWith([...chosen.schemas, 'EventMetadata.v1'].map(eventSchemaPath));
  for (const [path, schema] of schemas) await tar.add(path, [canonicalJson(schema)]);
  await tar.add(KEYS, [canonicalJson(keys.jwks())]);
  const reports: ExportManifest['reports'] = [];
  for (const report of chosen.reports.values()) {
    const { reportId, tenant } = report;
    reports.push({ reportId, tenant, artifact: await addFiles(tar, artifacts, report) });
  }
  const { events, leftOut } = chosen;
  const manifest: ExportManifest = {
    format: EXPORT_FORMAT,
    createdAt: now.toISOString(),
    head: String(head),
    selection,
    events,
    leftOut,
    reports,
    parts: [...tar.parts],
    doesNotContain: doesNotContain(reports, leftOut),
  };
  assertDocument('ExportManifest.v1', manifest);
  const { sha256 } = await tar.add(MANIFEST, [canonicalJson(manifest)]);
  const predicate = { signed_at: manifest.createdAt, development_key: signer.isDevelopmentKey };
  const attested = { subjectName: MANIFEST, sha256, predicateType: EXPORT_PREDICATE_TYPE, predicate, signer };
  await tar.add(MANIFEST_ATTESTATION, [await attest(attested)]);
  await tar.finish();
  return manifest;
}

type State = ExportManifest['reports'][number]['artifact'];

/** Both files of a report or neither. */
async function addFiles(
  tar: TarWriter,
  artifacts: ExportParts['artifacts'],
  { reportId, tenant, ready, expired }: ChosenReport,
): Promise<State> {
  if (expired) return 'expired';
  if (!ready) return 'not_made';
  const { format, artifact, attestation } = ready;
  const mark = tar.mark();
  try {
    await tar.add(artifactPath(reportId, format), artifacts.read(tenant, artifact.sha256));
    await tar.add(attestationPath(reportId, format), artifacts.read(tenant, attestation.sha256));
    return 'included';
  } catch (error) {
    if (!isMissing(error)) throw error;
    tar.rewind(mark);
    return 'missing';
  }
}

/** A blob that the store does not have is noted in the manifest; a store that cannot be reached ends the export. */
const isMissing = (error: unknown): boolean =>
  error instanceof TarError || (error instanceof ArtifactError && error.code !== 'unavailable');
