import type { EvidenceReport } from '@evidence/contracts';

/** Sets the evidence pack, away from the event loop. Equal reports give equal bytes. Throws `PdfError`. */
export interface Typesetter {
  typeset(report: EvidenceReport): Promise<Uint8Array>;
  close(): Promise<void>;
}
