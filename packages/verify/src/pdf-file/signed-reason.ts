import type { FileBytes } from './file-bytes.js';
import { dictionaryBefore, type PdfSignature } from './signature-place.js';

/** The report that was signed, as its signer states it. */
export interface StatedReport {
  readonly id: string;
  readonly tenant: string;
  /** For a PDF: `template` if the tenant chose what its pages show, `standard` if the signer did. */
  readonly layout?: 'standard' | 'template';
}

export const LAYOUT_BY_TEMPLATE = "page layout chosen by the tenant's template";

const UNVOUCHED = `. Not vouched for: ${LAYOUT_BY_TEMPLATE}`;
/** Nothing in it needs an escape in a literal string (ISO 32000-1 §7.3.4.2). */
const REASON = /\/Reason ?\(Evidence report (rpt_\d{4}_[a-z0-9]{1,32}) of tenant ([a-z0-9-]{1,63})([^()\\]{0,100})\)/;

/** /Reason of the signature: readers show it, and the verifier reads it. */
export const reasonOf = ({ id, tenant, layout }: Required<StatedReport>): string =>
  `Evidence report ${id} of tenant ${tenant}${layout === 'template' ? UNVOUCHED : ''}`;

/** What /Reason states, which the signature covers; undefined if it is not in the form of `reasonOf`, as in old reports. */
export function statedReportOf(pdf: FileBytes, signature: PdfSignature): StatedReport | undefined {
  const [, id, tenant, rest] = REASON.exec(dictionaryBefore(pdf, signature)) ?? [];
  if (id === undefined || tenant === undefined || (rest !== '' && rest !== UNVOUCHED)) return undefined;
  return { id, tenant, layout: rest === '' ? 'standard' : 'template' };
}
