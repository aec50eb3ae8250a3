import type { EvidenceReport } from '@evidence/contracts';
import pdfmake from 'pdfmake';
import { documentProperties, xmpDescriptions } from './document-properties.js';
import { fontFiles, fonts } from './fonts.js';
import { packDefinition } from './pack/pack.js';
import { PdfError } from './pdf-error.js';

/**
 * pdfmake 0.3.11 keeps every page in memory: some 80 KB a finding with three refs, 120 KB with thirty (2026-11). By
 * these, 50,000 need 4 to 6 GB, which a worker with the default limits may not survive.
 */
export const PACK_MAX_FINDINGS = 50_000;

// pdfmake allows everything unless told otherwise. A pack is made of its report and our fonts, and reads nothing else.
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => fontFiles.has(path));
pdfmake.setFonts(fonts);

/** The two things we use of a pdfkit 0.19.1 document that its types do not name. */
interface PdfkitMetadata {
  _addInfo(): void;
  appendXML(xml: string): void;
}

/**
 * Typesets the evidence pack as PDF/A-3b: A4, all fonts embedded, unsigned, nothing attached. Equal reports give equal
 * bytes on every machine with the same Node release (its zlib shapes the compressed streams).
 *
 * The layout is one synchronous block, 2 to 5 ms a finding: call it in a worker (`startRenderWorker`).
 * Throws `PdfError` `too_many_findings` above `PACK_MAX_FINDINGS` and `render_failed`, with the cause, when pdfmake gives up.
 */
export async function renderPack(given: EvidenceReport): Promise<Uint8Array> {
  if (given.findings.length > PACK_MAX_FINDINGS) {
    throw new PdfError(
      'too_many_findings',
      `A PDF holds at most ${PACK_MAX_FINDINGS} findings and this report has ${given.findings.length}: narrow its scope, or ask for JSON.`,
      { findings: given.findings.length, limit: PACK_MAX_FINDINGS },
    );
  }
  try {
    const report = wellFormed(given);
    const properties = documentProperties(report);
    const document = await pdfmake.createPdf(packDefinition(report, properties)).getStream();
    const metadata = document as unknown as PdfkitMetadata;
    metadata._addInfo = () => metadata.appendXML(xmpDescriptions(properties));
    document.end();
    const chunks: Uint8Array[] = [];
    for await (const chunk of document) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  } catch (cause) {
    throw new PdfError('render_failed', `The report cannot be typeset: ${(cause as Error).message}`, {}, { cause });
  }
}

/** Lone surrogates become U+FFFD: they have no canonical JSON (RFC 8785, 3.2.2.2), so no digest, and no glyph. */
const wellFormed = (report: EvidenceReport): EvidenceReport =>
  JSON.parse(JSON.stringify(report, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value)));
