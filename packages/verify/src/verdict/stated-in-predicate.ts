import { isRecord, type Statement } from '../dsse/envelope.js';
import type { StatedReport } from '../pdf-file/signed-reason.js';

interface Stated {
  readonly report?: StatedReport;
  readonly isDevelopmentKey: boolean;
}

/**
 * What the predicate of our own attestations states (EvidenceReportPredicate.v1): the report, who chose its layout, and whether the key is a
 * development key. Nothing for another kind of predicate.
 */
export function statedIn({ predicate }: Statement): Stated {
  if (!isRecord(predicate)) return { isDevelopmentKey: false };
  const { report_id: id, tenant_slug: tenant, media_type: type, template_sha256: template } = predicate;
  const isDevelopmentKey = predicate.development_key === true;
  if (typeof id !== 'string' || typeof tenant !== 'string') return { isDevelopmentKey };
  const layout = template === undefined ? 'standard' : 'template';
  return { report: { id, tenant, ...(type === 'application/pdf' && { layout }) }, isDevelopmentKey };
}
