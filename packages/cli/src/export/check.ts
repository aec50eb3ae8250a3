import { assertDocument, canonicalJson, type ExportManifest } from '@evidence/contracts';
import {
  type CheckExport,
  type Checklist,
  type Established,
  type ExportAsked,
  type FileBytes,
  readTrust,
  type Trust,
  type Verification,
  verificationOfLarge,
  verifyAttestation,
  verifyPdfFile,
} from '@evidence/verify';
import { checkEvents } from './check-events.js';
import type { ChosenReport } from './chosen.js';
import {
  artifactPath,
  attestationPath,
  EVENTS,
  EXPORT_FORMAT,
  EXPORT_PREDICATE_TYPE,
  isExportPath,
  KEYS,
  MANIFEST,
  MANIFEST_ATTESTATION,
  MANIFEST_MAX_BYTES,
  MEMBERS_MAX,
  SMALL_MAX_BYTES,
  schemasWith,
} from './layout.js';
import { readTar, sha256Of, wholeOf } from './tar.js';

type Members = ReadonlyMap<string, FileBytes>;
type Failure = Exclude<Verification['verdict'], 'valid'>;

/**
 * Checks an export, using only the file: its form, its manifest's attestation, every part's digest, every event, every report by its own
 * signature and attestation, and that events and files agree. It checks first with the keys in the file, which shows that the export is complete,
 * then with those that the caller trusts. Memory grows with the number of reports, not with the size of the parts.
 */
export const checkExport: CheckExport = (bytes, sha256, asked) =>
  verificationOfLarge(sha256, (checklist) => establish(checklist, bytes, asked));

async function establish(checklist: Checklist, bytes: FileBytes, asked: ExportAsked): Promise<Established> {
  const members = requireSound(checklist, 'form', 'malformed', () => readTar(bytes, isExportPath, MEMBERS_MAX));
  const own = requireSound(checklist, 'form', 'malformed', () =>
    readTrust(wholePart(members, KEYS, SMALL_MAX_BYTES).toString('utf8')),
  );
  const manifestSha256 = await sha256Of(members.get(MANIFEST) ?? Buffer.alloc(0));
  const attestedBy = (trust: Trust): Verification => {
    const envelope = wholePart(members, MANIFEST_ATTESTATION, SMALL_MAX_BYTES);
    return verifyAttestation({ artifact: { sha256: manifestSha256 }, envelope, trust });
  };
  const self = requireSound(checklist, 'form', 'malformed', () => attestedBy(own));
  const found = self.verdict === 'key_unknown' ? 'malformed' : self.verdict;
  requireVerdict(checklist, 'signature', found, self, MANIFEST);
  const manifest = requireSound(checklist, 'statement', 'malformed', () => manifestIn(members, self));
  await requireParts(checklist, members, manifest);
  const events = members.get(EVENTS) ?? Buffer.alloc(0);
  const part = manifest.parts.find(({ path }) => path === EVENTS);
  const reports = await checkEvents(events, part?.sha256 ?? '', manifest, members).catch((error: Error) => error);
  checklist.require('events', Array.isArray(reports), 'events_mismatch', {
    ok: `${manifest.events} events, each of which matches its leaf hash and its contract; ${schemasShown(members)}`,
    failed: `the events: ${(reports as Error).message}`,
  });
  await requireReports(checklist, members, manifest, reports as readonly ChosenReport[], { ...asked, own });
  return requireTrusted(checklist, attestedBy, manifest, asked.trust);
}

/** Returns what `attempt` returns; if it throws, the check fails. */
function requireSound<T>(checklist: Checklist, name: 'form' | 'statement', code: Failure, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    checklist.require(name, false, code, { ok: '', failed: (error as Error).message });
    throw error;
  }
}

function wholePart(members: Members, path: string, maxBytes: number): Buffer {
  const bytes = members.get(path);
  if (!bytes) throw new Error(`it has no ${path}`);
  if (bytes.length > maxBytes) throw new Error(`${path} has ${bytes.length} bytes, more than the ${maxBytes} allowed`);
  return wholeOf(bytes);
}

function requireVerdict(
  checklist: Checklist,
  name: 'signature' | 'key',
  verdict: Verification['verdict'],
  { checks }: Verification,
  what: string,
): void {
  if (verdict === 'valid') return;
  const failed = `${what}: ${checks.findLast(({ ok }) => !ok)?.detail ?? verdict}`;
  checklist.require(name, false, verdict, { ok: '', failed });
}

function manifestIn(members: Members, { predicateType }: Verification): ExportManifest {
  if (predicateType !== EXPORT_PREDICATE_TYPE) throw new Error('its attestation is not about an export');
  const bytes = wholePart(members, MANIFEST, MANIFEST_MAX_BYTES);
  const manifest = JSON.parse(bytes.toString('utf8')) as ExportManifest;
  if (manifest.format > EXPORT_FORMAT)
    throw new Error(`it was made by a newer release (format ${manifest.format}): verify it with that release`);
  assertDocument('ExportManifest.v1', manifest);
  if (!Buffer.from(canonicalJson(manifest)).equals(bytes)) throw new Error('the manifest is not in canonical form');
  return manifest;
}

async function requireParts(checklist: Checklist, members: Members, { parts }: ExportManifest): Promise<void> {
  const listed = [...parts.map(({ path }) => path), MANIFEST, MANIFEST_ATTESTATION];
  const isListed = members.size === listed.length && [...members.keys()].every((path, at) => path === listed[at]);
  checklist.require('form', isListed && members.has(EVENTS), 'malformed', {
    ok: `a tar of ${members.size} files, exactly those that its manifest lists`,
    failed: 'its files are not those that its manifest lists',
  });
  for (const { path, sha256, sizeBytes } of parts) {
    const bytes = members.get(path) as FileBytes;
    if (bytes.length === sizeBytes && (await sha256Of(bytes)) === sha256) continue;
    checklist.require('content', false, 'content_changed', {
      ok: '',
      failed: `${path} does not have the length and SHA-256 that the manifest states`,
    });
  }
  checklist.require('content', true, 'content_changed', {
    ok: `all ${parts.length} files have the SHA-256 that the attested manifest states`,
    failed: '',
  });
}

/** The copies in the file are for readers without this software; when they differ, the sentence says which contracts were checked. */
function schemasShown(members: Members): string {
  const paths = [...members.keys()].filter((path) => path.startsWith('schemas/'));
  const known = schemasWith(paths);
  const others = paths.filter((path) => {
    const schema = known.get(path);
    return !schema || !wholeOf(members.get(path) as FileBytes).equals(canonicalJson(schema));
  });
  return others.length === 0
    ? 'the schemas in the file are those of this release'
    : `these schemas in the file differ from those of this release, which were used instead: ${others.join(', ')}`;
}

interface Asked extends ExportAsked {
  readonly own: Trust;
}

async function requireReports(
  checklist: Checklist,
  members: Members,
  { reports, parts }: ExportManifest,
  told: readonly ChosenReport[],
  asked: Asked,
): Promise<void> {
  const digests = new Map(parts.map(({ path, sha256 }) => [path, sha256]));
  let included = 0;
  let undecided: Verification | undefined;
  for (const [at, { reportId, artifact: state }] of reports.entries()) {
    const report = told[at] as ChosenReport;
    const expected = report.expired ? ['expired'] : report.ready ? ['included', 'missing'] : ['not_made'];
    checklistIf(
      checklist,
      expected.includes(state),
      `the manifest says that ${reportId} is ${state}, but its events say ${expected[0]}`,
    );
    if (state !== 'included' || !report.ready) continue;
    included += 1;
    const { format, artifact, attestation } = report.ready;
    const [path, envelopePath] = [artifactPath(reportId, format), attestationPath(reportId, format)];
    const agrees = digests.get(path) === artifact.sha256 && digests.get(envelopePath) === attestation.sha256;
    checklistIf(checklist, agrees, `the files of ${reportId} are not those that its events name`);
    for (const verification of await verifyFiles(checklist, members, report, asked)) {
      const { verdict, report: stated } = verification;
      if (verdict === 'key_unknown' || verdict === 'authority_unknown') undecided ??= verification;
      else requireVerdict(checklist, 'signature', verdict, verification, path);
      const isOther = stated && (stated.id !== reportId || stated.tenant !== report.tenant);
      checklistIf(checklist, !isOther, `${path} is signed as a different report`);
    }
  }
  const files = [...digests.keys()].filter((path) => path.startsWith('reports/')).length;
  checklistIf(checklist, files === 2 * included, 'it has report files that no event names');
  if (undecided) requireVerdict(checklist, 'key', undecided.verdict, undecided, 'a report');
  checklist.require('data', true, 'events_mismatch', {
    ok: `${included} of ${reports.length} reports are included; each is signed and attested, and is the one that its events name`,
    failed: '',
  });
}

/** A failure names the place; success is reported once, for all reports. */
function checklistIf(checklist: Checklist, ok: boolean, failed: string): void {
  if (!ok) checklist.require('data', false, 'events_mismatch', { ok: '', failed });
}

async function verifyFiles(
  checklist: Checklist,
  members: Members,
  { reportId, ready }: ChosenReport,
  { trust, own, authorities, level }: Asked,
): Promise<Verification[]> {
  const { format, artifact } = ready as NonNullable<ChosenReport['ready']>;
  const { sha256 } = artifact;
  const by = trust ?? own;
  const envelope = requireSound(checklist, 'form', 'malformed', () =>
    wholePart(members, attestationPath(reportId, format), SMALL_MAX_BYTES),
  );
  const attested = verifyAttestation({ artifact: { sha256 }, envelope, trust: by, authorities });
  if (format !== 'pdf') return [attested];
  const pdf = members.get(artifactPath(reportId, format)) as FileBytes;
  return [await verifyPdfFile(pdf, sha256, { trust: by, authorities, atLeast: level }), attested];
}

function requireTrusted(
  checklist: Checklist,
  attestedBy: (trust: Trust) => Verification,
  { doesNotContain }: ExportManifest,
  trust: Trust | undefined,
): Established {
  const verification = trust && attestedBy(trust);
  checklist.require('key', verification !== undefined, 'key_unknown', {
    ok: 'checked with keys that you trust',
    failed:
      'checked only with the keys in the file, which do not show who made it: use --key to give keys that you trust',
  });
  const trusted = verification as Verification;
  requireVerdict(checklist, 'key', trusted.verdict, trusted, MANIFEST);
  const { signedBy, signingTime, predicateType } = trusted as Verification & Required<Pick<Verification, 'signedBy'>>;
  const key = (trust as Trust).keys.find(({ keyId }) => keyId === signedBy.keyId) as Established['key'];
  return {
    signedBy,
    key,
    ...(predicateType !== undefined && { predicateType }),
    ...(signingTime && { signingTime }),
    doesNotContain,
  };
}
