import {
  CERTIFIES,
  dateString,
  digestAround,
  fillGap,
  firstPageOf,
  openPdfFile,
  type PdfDictionary,
  type PdfFile,
  permissions,
  RevisionText,
  SIGNATURE_FIELD_FLAGS,
  SIGNATURE_FORM_FLAGS,
  SIGNATURE_MAX_BYTES,
  type SignatureRevision,
  signContent,
  textString,
  unsupported,
} from '@evidence/verify/formats';
import type { Signer } from './port.js';
import { asSigningError, SigningError } from './signing-error.js';

export { reasonOf } from '@evidence/verify/formats';

export interface SignPdf {
  /** One revision with a classic cross-reference table, as pdfmake and pdfkit write it. */
  readonly pdf: Uint8Array;
  readonly signer: Signer;
  /** Shown by PDF readers: why it was signed (`reasonOf` for a report), and who signed it. */
  readonly reason: string;
  readonly name: string;
  /** Written as /M. It is the signer's claim, not a trusted time; omit it rather than guess. */
  readonly signedAt?: Date;
}

/**
 * Signs and certifies a PDF as PAdES baseline B-B (ETSI EN 319 142-1 §6.3) by an incremental update: the given bytes stay
 * unchanged and one invisible signature field on the first page is appended. /ID is kept because PDF/A requires it. With RS256
 * the same arguments give the same bytes. Throws `SigningError` with a `pdf_…` code or `signature_too_large`.
 */
export async function signPdf(request: SignPdf): Promise<Uint8Array> {
  const { signer } = request;
  const original = Buffer.from(request.pdf.buffer, request.pdf.byteOffset, request.pdf.byteLength);
  const { revision, gap } = asSigningError(() => appendRevision(original, request));
  const signed = Buffer.concat([original, revision]);

  const cms = await signContent(digestAround(signed, { ...gap, signedEnd: signed.length }), signer);
  asSigningError(() => fillGap(signed, gap, cms));
  return signed;
}

function appendRevision(original: Buffer, request: SignPdf): SignatureRevision {
  const file = openPdfFile(original);
  if (file.trailer.has('/Prev')) throw unsupported('it was updated after it was written: sign the original');
  const written = new RevisionText(file);
  const [widget, signature] = [written.allocate(), written.allocate()];
  const { catalog, page, pageDictionary } = withSignatureField(file, { widget, signature });
  written.addObject(page, pageDictionary);
  written.addObject(file.root, catalog);
  written.addObject(widget, widgetDictionary(signature, page));
  const holes = written.addSignature(signature, signatureHead(request), SIGNATURE_MAX_BYTES);
  return { revision: written.finish(holes), gap: holes };
}

interface ChangedObjects {
  readonly catalog: PdfDictionary;
  readonly page: number;
  readonly pageDictionary: PdfDictionary;
}

/** The catalog with a form that a signature certifies, and the first page with the widget of its one field. */
function withSignatureField(
  file: PdfFile,
  { widget, signature }: { readonly widget: number; readonly signature: number },
): ChangedObjects {
  const { catalog } = file;
  if (catalog.has('/AcroForm')) {
    throw new SigningError('pdf_already_signed', 'The PDF already has a form or a signature: sign the original, once.');
  }
  const [page, pageDictionary] = firstPageOf(file);
  const annotations = pageDictionary.get('/Annots') ?? '[]';
  if (!annotations.startsWith('[')) throw unsupported('the annotations of its first page are in a separate object');
  const form = `<< /Fields [${widget} 0 R] /SigFlags ${SIGNATURE_FORM_FLAGS} >>`;
  return {
    catalog: new Map([...catalog, ['/AcroForm', form], ['/Perms', permissions(signature)]]),
    page,
    pageDictionary: new Map([...pageDictionary, ['/Annots', annotations.replace(/\s*\]$/, ` ${widget} 0 R]`)]]),
  };
}

/** An empty /Rect makes the field invisible, so it needs no appearance stream (PDF/A-3, ISO 19005-3 §6.3.3). */
function widgetDictionary(signature: number, page: number): PdfDictionary {
  return new Map([
    ['/Type', '/Annot'],
    ['/Subtype', '/Widget'],
    ['/FT', '/Sig'],
    ['/T', '(Signature1)'],
    ['/F', String(SIGNATURE_FIELD_FLAGS)],
    ['/Rect', '[0 0 0 0]'],
    ['/P', `${page} 0 R`],
    ['/V', `${signature} 0 R`],
  ]);
}

function signatureHead({ name, reason, signedAt }: SignPdf): string {
  const time = signedAt === undefined ? '' : `/M ${dateString(signedAt)}\n`;
  return `/Type /Sig
/Filter /Adobe.PPKLite
/SubFilter /ETSI.CAdES.detached
/Name ${textString(name)}
/Reason ${textString(reason)}
${time}${CERTIFIES}
`;
}
