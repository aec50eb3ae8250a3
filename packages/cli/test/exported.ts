import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openArtifactFolder, readArtifactFolder } from '@evidence/artifacts';
import { canonicalJson, type EventOf, type EventType, envelop, sha256Of, streamOf } from '@evidence/contracts';
import { exampleMetadata, exampleOf } from '@evidence/contracts/examples';
import { derivedEventId } from '@evidence/event-store';
import { type EventLog, eventLogOver } from '@evidence/event-store/log';
import { openSqliteEventStore } from '@evidence/event-store/sqlite';
import { attest, openSigningKeys } from '@evidence/signing';
import { type FileBytes, readTrust, type Verification } from '@evidence/verify';
import { checkExport } from '../src/export/check.js';
import type { Selection } from '../src/export/chosen.js';
import {
  EXPORT_PREDICATE_TYPE,
  isExportPath,
  MANIFEST,
  MANIFEST_ATTESTATION,
  MEMBERS_MAX,
} from '../src/export/layout.js';
import { readTar, TarWriter, wholeOf } from '../src/export/tar.js';
import { writeExport } from '../src/export/write.js';

const NOON = new Date('2026-11-29T12:00:00Z');
export const READY = 'rpt_2026_ready';
export const RUNNING = 'rpt_2026_running';
export const EXPIRED = 'rpt_2026_expired';
export const OTHERS = 'rpt_2026_others';

/** A log of four reports, the files of those that have any, and the key that signs its exports. */
export async function exportable(folder: string) {
  await mkdir(folder, { recursive: true });
  const store = eventLogOver(openSqliteEventStore({ file: join(folder, 'events.sqlite'), now: () => NOON }));
  const artifactsFolder = join(folder, 'artifacts');
  const artifacts = await openArtifactFolder({ folder: artifactsFolder });
  const unset = { keysFile: undefined, keyFile: undefined, certificateFile: undefined };
  const keys = await openSigningKeys({ ...unset, developmentFolder: join(folder, 'keys'), now: NOON });
  const signer = keys.activeAt(NOON);

  async function ready(reportId: string, tenant: string): Promise<EventOf<'ReportReady'>> {
    const bytes = canonicalJson({ report_id: reportId });
    const artifact = await artifacts.put(tenant, bytes, 'application/json');
    const predicate = { report_id: reportId, tenant_slug: tenant, signed_at: NOON.toISOString() };
    const about = {
      subjectName: reportId,
      sha256: artifact.sha256,
      predicateType: 'https://example.org/v1',
      predicate,
    };
    const attestation = await artifacts.put(tenant, await attest({ ...about, signer }), 'application/json');
    return {
      type: 'ReportReady',
      data: { ...exampleOf('ReportReady'), reportId, format: 'json', artifact, attestation },
    };
  }

  await append(store, READY, 'acme', '2026-01-10T00:00:00.000Z', [await ready(READY, 'acme')]);
  await append(store, RUNNING, 'acme', '2026-02-10T00:00:00.000Z', []);
  const expired: EventOf<'ReportExpired'> = {
    type: 'ReportExpired',
    data: { ...exampleOf('ReportExpired'), reportId: EXPIRED },
  };
  await append(store, EXPIRED, 'acme', '2026-03-10T00:00:00.000Z', [await ready(EXPIRED, 'acme'), expired]);
  await append(store, OTHERS, 'others', '2026-03-10T00:00:00.000Z', [await ready(OTHERS, 'others')]);

  let written = 0;
  /** The bytes of an export. */
  async function exported(selection: Selection): Promise<Buffer> {
    const path = join(folder, `export-${written++}.tar`);
    const file = await open(path, 'wx');
    const parts = { store, artifacts: readArtifactFolder(artifactsFolder), keys, now: NOON };
    await writeExport(file, parts, selection).finally(() => file.close());
    return readFile(path);
  }

  /** The export with other members and a newly attested manifest, which only the holder of the key can make. */
  async function reattested(bytes: Buffer, edit: (members: Map<string, Buffer>, manifest: Manifest) => void) {
    const members = membersOf(bytes);
    const manifest = JSON.parse(members.get(MANIFEST)?.toString() ?? '') as Manifest;
    members.delete(MANIFEST);
    members.delete(MANIFEST_ATTESTATION);
    edit(members, manifest);
    manifest.parts = [...members].map(([path, part]) => ({ path, sha256: sha256Of(part), sizeBytes: part.length }));
    const manifestBytes = Buffer.from(canonicalJson(manifest));
    const about = { subjectName: MANIFEST, sha256: sha256Of(manifestBytes), predicateType: EXPORT_PREDICATE_TYPE };
    const envelope = Buffer.from(await attest({ ...about, predicate: { signed_at: manifest.createdAt }, signer }));
    return tarOf([...members, [MANIFEST, manifestBytes], [MANIFEST_ATTESTATION, envelope]]);
  }

  async function tarOf(members: Iterable<readonly [string, Buffer]>): Promise<Buffer> {
    const path = join(folder, `made-${written++}.tar`);
    const file = await open(path, 'wx');
    const tar = new TarWriter(file);
    for (const [name, part] of members) await tar.add(name, [part]);
    await tar.finish();
    await file.close();
    return readFile(path);
  }

  const trust = readTrust(JSON.stringify(keys.jwks()));
  const check = (bytes: FileBytes, by: typeof trust | undefined = trust): Promise<Verification> =>
    checkExport(bytes, '', { trust: by, authorities: [], level: 'B-B' });
  const checkWithoutKey = (bytes: FileBytes) =>
    checkExport(bytes, '', { trust: undefined, authorities: [], level: 'B-B' });
  return { store, artifacts, exported, reattested, tarOf, check, checkWithoutKey };
}

export interface Manifest {
  createdAt: string;
  events: number;
  leftOut: number;
  reports: { reportId: string; tenant: string; artifact: string }[];
  parts: { path: string; sha256: string; sizeBytes: number }[];
  doesNotContain: string[];
}

export const membersOf = (bytes: Buffer): Map<string, Buffer> =>
  new Map([...readTar(bytes, isExportPath, MEMBERS_MAX)].map(([path, part]) => [path, wholeOf(part)]));

async function append(
  store: EventLog,
  reportId: string,
  tenant: string,
  occurredAt: string,
  later: readonly EventOf<EventType>[],
): Promise<void> {
  const { schema: _, eventId: __, ...provenance } = exampleMetadata();
  const requested: EventOf<'ReportRequested'> = {
    type: 'ReportRequested',
    data: { ...exampleOf('ReportRequested'), reportId, tenant },
  };
  const events = [requested, ...later].map((event) =>
    envelop(derivedEventId(reportId, event.type), event as EventOf<'ReportRequested'>, {
      ...provenance,
      tenant,
      occurredAt,
    }),
  );
  await store.append(streamOf.report(reportId), 'no_stream', events);
}
