import { assertDocument, type EvidenceReportPredicate, type ReportFormat } from '@evidence/contracts';
import type { ReportFacts } from './evidence-report.js';

/** Raise it with every change of an artifact's bytes: the same position and version give the same bytes. A golden test checks it. */
export const RENDERER_VERSION = '25';

export const MEDIA_TYPES = { json: 'application/json', pdf: 'application/pdf' } as const satisfies Readonly<
  Record<ReportFormat, string>
>;

/** DSSE protocol: the envelope's own media type. */
export const ATTESTATION_MEDIA_TYPE = 'application/vnd.dsse.envelope.v1+json';

/** Its schema is contracts/documents/EvidenceReportPredicate.v1.json. */
export const PREDICATE_TYPE = 'https://evidence-reports.example/predicates/evidence-report/v1';

/**
 * The predicate of the attestation: where the artifact came from, so that it can be made again and compared. `templateSha256` is the digest of
 * the tenant's template as canonical JSON, if the PDF was laid out by one. Throws `ContractError` instead of letting a statement be signed that
 * breaks its schema.
 */
export function predicateOf(
  report: ReportFacts,
  format: ReportFormat,
  templateSha256: string | undefined,
): EvidenceReportPredicate {
  const predicate: EvidenceReportPredicate = {
    report_id: report.report_id,
    tenant_slug: report.tenant_slug,
    media_type: MEDIA_TYPES[format],
    // The signer's claim, which a verifier needs once the key is retired.
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
  assertDocument('EvidenceReportPredicate.v1', predicate);
  return predicate;
}
