import type { ArtifactStore, BlobRef } from '@evidence/artifacts';
import {
  canonicalJson,
  type EvidenceReport,
  type PackTemplate,
  type ReportFinding,
  type ReportRequested,
  type ScopeLine,
  sha256Of,
} from '@evidence/contracts';
import { writeStandardPack } from '@evidence/pdf/standard';
import { readMapping, readScope } from '@evidence/report/snapshots';
import {
  type Authorities,
  attest,
  type KeyRing,
  type Level,
  raiseTo,
  reasonOf,
  type Signer,
  signPdf,
} from '@evidence/signing';
import {
  ATTESTATION_MEDIA_TYPE,
  MEDIA_TYPES,
  PREDICATE_TYPE,
  predicateOf,
  RENDERER_VERSION,
} from './artifact-names.js';
import { type ReportFacts, ReportRows } from './evidence-report.js';
import type { ReportSources } from './figures.js';
import type { MadeArtifact, MappedReport, Tell } from './port.js';
import { ReportJson } from './report-json.js';
import { tracedAuthorities, tracedSigner } from './traced.js';

export interface MakingParts {
  readonly artifacts: ArtifactStore;
  readonly keys: Pick<KeyRing, 'activeAt'>;
  /** The base URL of the API, without a trailing slash. */
  readonly publicUrl: string;
  /** The PAdES level that a PDF is raised to, and the authorities to use. Without it a PDF has level B-B. */
  readonly raising?: { readonly level: Level; readonly authorities: Authorities };
}

/** Progress in percent, according to the time that each part takes for a PDF of 20,000 findings. */
const PERCENT = { json: { findings: 95, stored: 97 }, pdf: { findings: 27, listed: 90, stored: 93 } };

/**
 * Builds the report from its snapshots, typesets it, signs, attests and stores it, line by line: memory does not grow with the findings, unless
 * a template lays them out. It uses no clock, randomness or locale: the same events give the same bytes,
 * except for the time-stamps of level B-T and above.
 */
export async function makeArtifact(
  parts: MakingParts,
  mapped: MappedReport,
  tell: Tell = () => undefined,
): Promise<MadeArtifact> {
  const { artifacts, keys, publicUrl } = parts;
  const { request, scoped } = mapped;
  const { tenant, format } = request;
  // By the log, not by the clock: if it is made again after a key rotation, the report has the same key.
  const signer = tracedSigner(keys.activeAt(new Date(scoped.dataAsOf.at)));
  const { keyId, algorithm, isDevelopmentKey: developmentKey } = signer;
  const sources: ReportSources = {
    ...mapped,
    mapping: await readMapping(artifacts, tenant, mapped.mapped.snapshot),
    signature: { keyId, algorithm, developmentKey },
    publicUrl,
    rendererVersion: RENDERER_VERSION,
  };
  // Mapping has checked each line of the snapshot that it names, and a digest names one snapshot only. The report's own rows are checked here.
  const checked = mapped.mapped.scopeSnapshot.sha256 === scoped.snapshot.sha256;
  const lines = () => readScope(artifacts, tenant, scoped.snapshot, { checked });
  const { included } = scoped.counts;
  const json = new ReportJson(
    sources,
    lines(),
    format === 'json' ? {} : { dispositions: true, scans: true, ...(request.template && { findings: true }) },
    counting(tell, included, 0, PERCENT[format].findings),
  );
  const listed = findingsIn(lines, sources, counting(tell, included, PERCENT.pdf.findings, PERCENT.pdf.listed));
  const made =
    format === 'json'
      ? { artifact: await artifacts.write(tenant, MEDIA_TYPES.json, json.bytes()) }
      : await storePdf(parts, request, makePdf(parts, mapped, json, listed, signer));
  const { artifact } = made;
  tell(PERCENT[format].stored);
  const { facts, contentSha256 } = json;
  const attestation = await makeAttestation(artifacts, request, facts, artifact, signer);
  const { total_open: totalOpen, ...bySeverity } = facts.summary;
  return {
    artifact,
    attestation,
    signature: { keyId, algorithm, developmentKey, ...('level' in made && { level: made.level }) },
    contentSha256,
    summary: { findings: totalOpen, totalOpen, bySeverity },
  };
}

/** Returns a function to call for each of `findings`; it reports progress between two percentages. */
function counting(tell: Tell, findings: number, from: number, to: number): () => void {
  let done = 0;
  let last = from;
  return () => {
    done += 1;
    const percent = Math.floor(from + (done / findings) * (to - from));
    if (percent > last) tell(percent);
    last = percent;
  };
}

/** The findings again, as the first pass has checked them, for the register. The snapshot is read to its end, because its digest can only be checked there. */
async function* findingsIn(
  lines: () => AsyncIterable<ScopeLine>,
  sources: ReportSources,
  onFinding: () => void,
): AsyncGenerator<ReportFinding> {
  const rows = new ReportRows(sources, { checked: true });
  for await (const { finding } of lines()) {
    if (!finding) continue;
    yield rows.finding(finding);
    onFinding();
  }
}

/** The signed PDF, of level B-B: by the template of the request, or the standard pack. */
async function* makePdf(
  { publicUrl }: MakingParts,
  { request: { template, reportId }, scoped }: MappedReport,
  json: ReportJson,
  findings: AsyncIterable<ReportFinding>,
  signer: Signer,
): AsyncGenerator<Uint8Array> {
  if (template) {
    // The template renderer serialises the data again from the whole report.
    for await (const _ of json.bytes());
    yield await makeTemplatedPdf(template, wholeReport(json), signer);
    return;
  }
  yield* writeStandardPack({
    about: { report_id: reportId, generated_at: scoped.dataAsOf.at },
    json: json.bytes(),
    report: () => ({ ...json.facts, dispositions: json.dispositions, scans: json.scans }),
    findings,
    keyUrl: `${publicUrl}/.well-known/jwks.json`,
    signer,
  });
}

const wholeReport = ({ facts, dispositions, findings, scans }: ReportJson): EvidenceReport => ({
  ...facts,
  ...{ dispositions, findings, scans },
});

async function makeTemplatedPdf(template: PackTemplate, report: EvidenceReport, signer: Signer): Promise<Uint8Array> {
  // Imported on demand: most threads never need pdfmake and its fonts, which take memory.
  const { renderTemplate } = await import('@evidence/pdf/template');
  return signPdf({
    pdf: await renderTemplate(template, report),
    signer,
    reason: reasonOf({ id: report.report_id, tenant: report.tenant_slug, layout: 'template' }),
    name: 'Evidence Reports',
    // The log's instant, not this machine's clock: a report made again must have the same bytes.
    signedAt: new Date(report.generated_at),
  });
}

/** Stores the PDF as a stream. What raises it above level B-B changes or follows bytes before it, so it waits on the disk until then. */
async function storePdf(
  { artifacts, raising }: MakingParts,
  { tenant }: ReportRequested,
  signed: AsyncIterable<Uint8Array>,
): Promise<{ artifact: BlobRef; level: Level }> {
  if (!raising) return { artifact: await artifacts.write(tenant, MEDIA_TYPES.pdf, signed), level: 'B-B' };
  const { level, authorities } = raising;
  await using scratch = await artifacts.scratch();
  for await (const chunk of signed) await scratch.write(scratch.length, chunk);
  await raiseTo(level, scratch, tracedAuthorities(authorities));
  return { artifact: await artifacts.write(tenant, MEDIA_TYPES.pdf, scratch.chunks()), level };
}

async function makeAttestation(
  artifacts: ArtifactStore,
  { template, format }: ReportRequested,
  report: ReportFacts,
  artifact: BlobRef,
  signer: Signer,
): Promise<BlobRef> {
  const envelope = await attest({
    subjectName: `${report.report_id}.${format}`,
    sha256: artifact.sha256,
    predicateType: PREDICATE_TYPE,
    predicate: predicateOf(report, format, template && sha256Of(canonicalJson(template))),
    signer,
  });
  return artifacts.put(report.tenant_slug, envelope, ATTESTATION_MEDIA_TYPE);
}
