import { createHash } from 'node:crypto';
import type { ArtifactStore, BlobRef } from '@evidence/artifacts';
import {
  assertDocument,
  canonicalJson,
  type EvidenceReport,
  type MappingSnapshot,
  type PackTemplate,
  type ReportRequested,
  type ScopeSnapshot,
} from '@evidence/contracts';
import { writeStandardPack } from '@evidence/pdf/standard';
import {
  type Authorities,
  attest,
  type KeyRing,
  type LeveledPdf,
  raiseTo,
  type Signer,
  signPdf,
} from '@evidence/signing';
import {
  ATTESTATION_MEDIA_TYPE,
  MEDIA_TYPES,
  PREDICATE_TYPE,
  predicateOf,
  RENDERER_VERSION,
} from '../core/artifact-names.js';
import { evidenceReportOf } from '../core/evidence-report.js';
import type { MadeArtifact, MappedReport } from '../ports.js';

export interface MakingParts {
  readonly artifacts: ArtifactStore;
  readonly keys: KeyRing;
  /** Where the API answers, without a trailing slash. */
  readonly publicUrl: string;
  /** To which PAdES level a PDF is raised, and by whom. Without it a PDF has B-B. */
  readonly raising?: { readonly level: LeveledPdf['level']; readonly authorities: Authorities };
}

/**
 * Builds the report from its snapshots, typesets it, signs, attests and stores it. No clock, no randomness and no locale:
 * the same events give the same bytes, up to the time-stamps of level B-T and above. Blocks its thread for as long as the
 * layout takes.
 */
export async function makeArtifact(parts: MakingParts, mapped: MappedReport): Promise<MadeArtifact> {
  const { artifacts, keys, publicUrl } = parts;
  const { tenant, format } = mapped.request;
  // By the log and not by the clock: made again after a rotation, the report has the key that it had.
  const signer = keys.activeAt(new Date(mapped.scoped.dataAsOf.at));
  const { keyId, algorithm, isDevelopmentKey: developmentKey } = signer;
  const report = await readReport(artifacts, mapped, { keyId, algorithm, developmentKey }, publicUrl);
  const json = canonicalJson(report);
  const { total_open: totalOpen, ...bySeverity } = report.summary;
  const made =
    format === 'json'
      ? { bytes: json }
      : await raised(parts, await makePdf(parts, mapped.request, report, json, signer));
  const artifact = await artifacts.put(tenant, made.bytes, MEDIA_TYPES[format]);
  const attestation = await makeAttestation(artifacts, mapped.request, report, artifact, signer);
  return {
    artifact,
    attestation,
    signature: { keyId, algorithm, developmentKey, ...('level' in made && { level: made.level }) },
    contentSha256: contentSha256Of(report),
    summary: { findings: report.findings.length, totalOpen, bySeverity },
  };
}

async function readReport(
  artifacts: ArtifactStore,
  { request, scoped, mapped }: MappedReport,
  signature: { readonly keyId: string; readonly algorithm: 'RS256' | 'ES256'; readonly developmentKey: boolean },
  publicUrl: string,
): Promise<EvidenceReport> {
  const document = async (blob: BlobRef, schema: 'ScopeSnapshot.v1' | 'MappingSnapshot.v1'): Promise<unknown> => {
    const bytes = await artifacts.get(request.tenant, blob.sha256);
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    assertDocument(schema, parsed);
    return parsed;
  };
  const scope = (await document(scoped.snapshot, 'ScopeSnapshot.v1')) as ScopeSnapshot;
  const mapping = (await document(mapped.snapshot, 'MappingSnapshot.v1')) as MappingSnapshot;
  const rendererVersion = RENDERER_VERSION;
  return evidenceReportOf({ request, scoped, mapped, scope, mapping, signature, publicUrl, rendererVersion });
}

/** The signed PDF, of level B-B: by the template of the request, or the standard pack. */
async function makePdf(
  { publicUrl }: MakingParts,
  { template }: ReportRequested,
  report: EvidenceReport,
  json: Uint8Array,
  signer: Signer,
): Promise<Uint8Array> {
  if (template) return makeTemplatedPdf(template, report, signer);
  const { findings, ...facts } = report;
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeStandardPack({
    report: facts,
    findings,
    json: pieces(json),
    dataSha256: sha256Of(json),
    keyUrl: `${publicUrl}/.well-known/jwks.json`,
    signer,
  })) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function makeTemplatedPdf(template: PackTemplate, report: EvidenceReport, signer: Signer): Promise<Uint8Array> {
  // Not before it is needed: pdfmake and its fonts take memory that most threads never use.
  const { renderTemplate } = await import('@evidence/pdf/template');
  return signPdf({
    pdf: await renderTemplate(template, report),
    signer,
    reason: `Evidence report ${report.report_id}`,
    name: 'Evidence Reports',
    // The log's instant, not this machine's: made again, the report must be the same bytes.
    signedAt: new Date(report.generated_at),
  });
}

async function raised(
  { raising }: MakingParts,
  signed: Uint8Array,
): Promise<{ bytes: Uint8Array; level: LeveledPdf['level'] }> {
  if (raising === undefined) return { bytes: signed, level: 'B-B' };
  const { pdf, level } = await raiseTo(raising.level, signed, raising.authorities);
  return { bytes: pdf, level };
}

const PIECE_BYTES = 64 * 1024;

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

async function makeAttestation(
  artifacts: ArtifactStore,
  { template }: ReportRequested,
  report: EvidenceReport,
  artifact: BlobRef,
  signer: Signer,
): Promise<BlobRef> {
  const extension = artifact.mediaType === MEDIA_TYPES.pdf ? 'pdf' : 'json';
  const envelope = await attest({
    subjectName: `${report.report_id}.${extension}`,
    sha256: artifact.sha256,
    predicateType: PREDICATE_TYPE,
    predicate: predicateOf(report, artifact.mediaType, template && sha256Of(canonicalJson(template))),
    signer,
  });
  return artifacts.put(report.tenant_slug, envelope, ATTESTATION_MEDIA_TYPE);
}

/** Of what the report says: without what tells one making of it from another. */
function contentSha256Of(report: EvidenceReport): string {
  const { report_id: _, generated_at: __, signature: ___, renderer_version: ____, ...content } = report;
  return sha256Of(canonicalJson(content));
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
