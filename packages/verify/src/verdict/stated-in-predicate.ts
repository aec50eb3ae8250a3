import { isRecord, type Statement } from '../dsse/envelope.js';
import type { StatedReport } from '../pdf-file/signed-reason.js';

interface Stated {
  readonly report?: StatedReport;
  readonly isDevelopmentKey: boolean;
}

/**
 * What the predicate of an attestation of ours says (EvidenceReportPredicate.v1): which report it is, who laid it out, and with what kind of
 * key it is signed. Of another kind of predicate: nothing.
 */
export function statedIn({ predicate }: Statement): Stated {
  if (!isRecord(predicate)) return { isDevelopmentKey: false };
  const { report_id: id, tenant_slug: tenant, media_type: type, template_sha256: template } = predicate;
  const isDevelopmentKey = predicate.development_key === true;
  if (typeof id !== 'string' || typeof tenant !== 'string') return { isDevelopmentKey };
  const layout = template === undefined ? 'standard' : 'template';
  return { report: { id, tenant, ...(type === 'application/pdf' && { layout }) }, isDevelopmentKey };
}
