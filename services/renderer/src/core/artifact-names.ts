import type { EvidenceReport, ReportFormat } from '@evidence/contracts';

/** Raise it with every change that alters a byte of an artifact: same positions and same version, same bytes. */
export const RENDERER_VERSION = '5';

export const MEDIA_TYPES: Readonly<Record<ReportFormat, string>> = { json: 'application/json', pdf: 'application/pdf' };

/** DSSE protocol: the envelope's own media type. */
export const ATTESTATION_MEDIA_TYPE = 'application/vnd.dsse.envelope.v1+json';

export const PREDICATE_TYPE = 'https://evidence-reports.example/predicates/evidence-report/v1';

/**
 * What the attestation says about the artifact beside its digest: where it came from, so that it can be made again and compared.
 * `templateSha256` is of the canonical JSON of the tenant's own template, where the PDF was laid out by one.
 */
export function predicateOf(report: EvidenceReport, mediaType: string, templateSha256: string | undefined): object {
  return {
    report_id: report.report_id,
    tenant_slug: report.tenant_slug,
    media_type: mediaType,
    // The signer's word, which a verifier needs once the key is retired.
    signed_at: report.generated_at,
    data_as_of: report.data_as_of,
    framework_editions: report.framework_editions,
    scope_snapshot_sha256: report.receipt.scope_snapshot_sha256,
    mapping_snapshot_sha256: report.receipt.mapping_snapshot_sha256,
    crosswalk: report.crosswalk,
    ...(report.rules && { rules: report.rules }),
    renderer_version: report.renderer_version,
    ...(templateSha256 !== undefined && { template_sha256: templateSha256 }),
    development_key: report.signature.development_key,
  };
}
