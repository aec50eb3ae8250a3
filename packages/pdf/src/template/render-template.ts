import { createHash } from 'node:crypto';
import { ContractError, canonicalJson, type EvidenceReport, type PackTemplate } from '@evidence/contracts';
import { assertTemplate, expandTemplate, TemplateTooLarge } from '@evidence/template';
import pdfmake from 'pdfmake';
import { documentProperties, xmpDescriptions } from '../document-properties.js';
import { fontFiles, fonts } from '../fonts.js';
import { PdfError } from '../pdf-error.js';
import { templateDefinition } from './definition.js';
import { errorSays } from './sentences.js';

// pdfmake allows every access by default. A template cannot name a file or a URL; if one slips in, it is not read.
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => fontFiles.has(path));
pdfmake.setFonts(fonts);

/** The members of a pdfkit 0.19.1 document that we use and that its types lack or mistype. */
interface PdfkitDocument {
  _addInfo(): void;
  appendXML(xml: string): void;
  file(bytes: Buffer, options: EmbeddedFile): void;
}

interface EmbeddedFile {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  /** ISO 32000-2 §7.11.3: the data that the pages were made from. */
  readonly relationship: 'Data';
  readonly creationDate: Date;
  readonly modifiedDate: Date;
}

/**
 * The report in its tenant's own layout, as PDF/A-3b: all fonts embedded, unsigned, the report's canonical JSON (RFC 8785)
 * attached in full as an associated file, independent of the template. Each page states the report's id, the digest of
 * that JSON and, if it applies, that the signing key is a development key. Equal arguments give equal bytes on every machine
 * with the same zlib (`process.versions.zlib`).
 *
 * The layout is one synchronous block, some 0.2 ms for each part: call it on a thread of its own, with a deadline.
 * Throws `PdfError`: `template_invalid` (facts: `pointer`), `template_too_large` (facts: `pointer`, `limit`), and
 * `render_failed`, with the cause, when pdfmake gives up.
 */
export async function renderTemplate(template: PackTemplate, given: EvidenceReport): Promise<Uint8Array> {
  try {
    assertTemplate(template);
    const report = wellFormed(given);
    const json = Buffer.from(canonicalJson(report));
    const properties = documentProperties(report, createHash('sha256').update(json).digest('hex'));
    const definition = templateDefinition(expandTemplate(template, report), report, properties);
    const document = await pdfmake.createPdf(definition).getStream();
    const pdfkit = document as unknown as PdfkitDocument;
    pdfkit._addInfo = () => pdfkit.appendXML(xmpDescriptions(properties));
    pdfkit.file(json, attachmentOf(report));
    document.end();
    const chunks: Uint8Array[] = [];
    for await (const chunk of document) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  } catch (error) {
    throw asPdfError(error as Error);
  }
}

function attachmentOf({ report_id: id, generated_at }: EvidenceReport): EmbeddedFile {
  const at = new Date(generated_at);
  return {
    name: `${id}.json`,
    type: 'application/json',
    description: 'The data of this report, as canonical JSON (RFC 8785)',
    relationship: 'Data',
    creationDate: at,
    modifiedDate: at,
  };
}

/** Lone surrogates become U+FFFD: they have no canonical JSON (RFC 8785, 3.2.2.2), so no digest, and no glyph. */
const wellFormed = (report: EvidenceReport): EvidenceReport =>
  JSON.parse(JSON.stringify(report, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value)));

function asPdfError(cause: Error): PdfError {
  if (cause instanceof TemplateTooLarge) {
    const { pointer, limit } = cause;
    return new PdfError('template_too_large', cause.message, { pointer, limit }, { cause });
  }
  if (cause instanceof ContractError) {
    const [{ pointer, message }] = cause.violations;
    return new PdfError('template_invalid', errorSays.invalid(pointer, message), { pointer }, { cause });
  }
  return new PdfError('render_failed', errorSays.failed(cause.message), {}, { cause });
}
