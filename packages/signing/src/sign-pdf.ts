import { createHash } from 'node:crypto';
import {
  firstPageOf,
  openPdfFile,
  type PdfDictionary,
  type PdfFile,
  pdfDate,
  pdfText,
  RevisionText,
  signedAttributes,
  signedData,
  unsupported,
} from '@evidence/verify';
import { writeGap } from './gap.js';
import type { Signer } from './port.js';
import { asSigningError, SigningError } from './signing-error.js';

export interface SignPdf {
  /** One revision with a classic cross-reference table, as pdfmake and pdfkit write it. */
  readonly pdf: Uint8Array;
  readonly signer: Signer;
  /** Shown by readers: why it was signed, and by whom. */
  readonly reason: string;
  readonly name: string;
  /** Written as /M. It is the signer's word, not a trusted time; leave it out rather than guess. */
  readonly signedAt?: Date;
}

/** Room for certificates and signature, and for the RFC 3161 token (4 to 7 kB) that makes a B-B signature B-T. */
const CONTENTS_BYTES = 12 * 1024;
/** Print and Locked (ISO 32000-1 §12.5.3): PDF/A-3 wants Print, and a signature is not to be moved. */
const ANNOTATION_FLAGS = 132;
/** SignaturesExist and AppendOnly (ISO 32000-1 §12.7.2). */
const SIGNATURE_FLAGS = 3;

/**
 * Signs a PDF as PAdES baseline B-B (ETSI EN 319 142-1 §6.3) by an incremental update: the given bytes stay as they
 * are and one invisible signature field on the first page is appended. /ID is kept, for PDF/A wants it. With RS256 the
 * same arguments give the same bytes. Throws `SigningError` with a `pdf_…` code or `signature_too_large`.
 */
export async function signPdf(request: SignPdf): Promise<Uint8Array> {
  const { signer } = request;
  const original = Buffer.from(request.pdf.buffer, request.pdf.byteOffset, request.pdf.byteLength);
  const { revision, gapStart, gapEnd } = asSigningError(() => appendRevision(original, request));
  const signed = Buffer.concat([original, revision]);

  const digest = createHash('sha256').update(signed.subarray(0, gapStart)).update(signed.subarray(gapEnd)).digest();
  const chain = { certificate: signer.certificate, issuers: signer.chain };
  const attributes = signedAttributes(digest, chain);
  const cms = signedData(attributes, await signer.sign(attributes), chain, signer.algorithm);
  writeGap(signed, { gapStart, gapEnd }, cms);
  return signed;
}

interface Revision {
  /** What is appended, with zeros for the signature. */
  readonly revision: Buffer;
  /** The gap in the whole file, `<` and `>` included. */
  readonly gapStart: number;
  readonly gapEnd: number;
}

function appendRevision(original: Buffer, request: SignPdf): Revision {
  const file = openPdfFile(original);
  if (file.trailer.has('/Prev')) throw unsupported('it was updated after it was written: sign the original');
  const written = new RevisionText(file);
  const [widget, signature] = [written.allocate(), written.allocate()];
  const { catalog, page, pageDictionary } = withSignatureField(file, widget);
  written.addObject(page, pageDictionary);
  written.addObject(file.root, catalog);
  written.addObject(widget, widgetDictionary(signature, page));
  const holes = written.addSignature(signature, signatureHead(request), CONTENTS_BYTES);
  return { revision: written.finish(holes), gapStart: holes.gapStart, gapEnd: holes.gapEnd };
}

interface ChangedObjects {
  readonly catalog: PdfDictionary;
  readonly page: number;
  readonly pageDictionary: PdfDictionary;
}

/** The catalog with a form, and the first page with the widget of its one field. */
function withSignatureField(file: PdfFile, widget: number): ChangedObjects {
  const { catalog } = file;
  if (catalog.has('/AcroForm')) {
    throw new SigningError('pdf_already_signed', 'The PDF has a form or a signature already: sign the original, once.');
  }
  const [page, pageDictionary] = firstPageOf(file);
  const annotations = pageDictionary.get('/Annots') ?? '[]';
  if (!annotations.startsWith('[')) throw unsupported('the annotations of its first page stand in another object');
  const form = `<< /Fields [${widget} 0 R] /SigFlags ${SIGNATURE_FLAGS} >>`;
  return {
    catalog: new Map([...catalog, ['/AcroForm', form]]),
    page,
    pageDictionary: new Map([...pageDictionary, ['/Annots', annotations.replace(/\s*\]$/, ` ${widget} 0 R]`)]]),
  };
}

/** An empty /Rect makes the field invisible and frees it of an appearance stream (PDF/A-3, ISO 19005-3 §6.3.3). */
function widgetDictionary(signature: number, page: number): PdfDictionary {
  return new Map([
    ['/Type', '/Annot'],
    ['/Subtype', '/Widget'],
    ['/FT', '/Sig'],
    ['/T', '(Signature1)'],
    ['/F', String(ANNOTATION_FLAGS)],
    ['/Rect', '[0 0 0 0]'],
    ['/P', `${page} 0 R`],
    ['/V', `${signature} 0 R`],
  ]);
}

function signatureHead({ name, reason, signedAt }: SignPdf): string {
  const time = signedAt === undefined ? '' : `/M ${pdfDate(signedAt)}\n`;
  return `/Type /Sig
/Filter /Adobe.PPKLite
/SubFilter /ETSI.CAdES.detached
/Name ${pdfText(name)}
/Reason ${pdfText(reason)}
${time}`;
}
