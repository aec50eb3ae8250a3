import { createHash } from 'node:crypto';
import { signedAttributes, signedData } from '@evidence/verify';
import { type PdfDictionary, pdfDate, pdfText, referenceOf } from './pdf-dictionary.js';
import { firstPageOf, malformed, openPdfFile, type PdfFile, unsupported } from './pdf-file.js';
import { RevisionText } from './pdf-revision.js';
import type { Signer } from './port.js';
import { SigningError } from './signing-error.js';

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
/** `[0 a b c]` with three numbers of ten digits; shorter numbers are followed by spaces. */
const BYTE_RANGE_LENGTH = '[0 0000000000 0000000000 0000000000]'.length;

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
  const { revision, gapStart, gapEnd } = appendRevision(original, request);
  const signed = Buffer.concat([original, revision]);

  const digest = createHash('sha256').update(signed.subarray(0, gapStart)).update(signed.subarray(gapEnd)).digest();
  const chain = { certificate: signer.certificate, issuers: signer.chain };
  const attributes = signedAttributes(digest, chain);
  const cms = signedData(attributes, await signer.sign(attributes), chain, signer.algorithm);
  if (cms.length > CONTENTS_BYTES) {
    throw new SigningError(
      'signature_too_large',
      `The signature with its certificates takes ${cms.length} bytes of ${CONTENTS_BYTES}: leave issuers out of the chain.`,
    );
  }
  signed.write(Buffer.from(cms).toString('hex').toUpperCase(), gapStart + 1, 'latin1');
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
  const [widget, signature] = [file.nextObject, file.nextObject + 1];
  const written = new RevisionText(original.length);
  // pdfmake ends a file with %%EOF and no line break.
  if (original.at(-1) !== 0x0a) written.add('\n');
  const { root, catalog, page, pageDictionary } = withSignatureField(file, widget);
  written.addObject(page, pageDictionary);
  written.addObject(root, catalog);
  written.addObject(widget, widgetDictionary(signature, page));

  written.startObject(signature);
  written.add(`${signatureHead(request)}/ByteRange `);
  const byteRangeAt = written.end;
  written.add(`${' '.repeat(BYTE_RANGE_LENGTH)} /Contents `);
  const gapStart = written.end;
  written.add(`<${'0'.repeat(CONTENTS_BYTES * 2)}>`);
  const gapEnd = written.end;
  written.add('\n>>\nendobj\n');
  written.addXref(file, signature + 1);

  const revision = Buffer.from(written.text, 'latin1');
  const byteRange = `[0 ${gapStart} ${gapEnd} ${written.end - gapEnd}]`;
  revision.write(byteRange, byteRangeAt - original.length, 'latin1');
  return { revision, gapStart, gapEnd };
}

interface ChangedObjects {
  readonly root: number;
  readonly catalog: PdfDictionary;
  readonly page: number;
  readonly pageDictionary: PdfDictionary;
}

/** The catalog with a form, and the first page with the widget of its one field. */
function withSignatureField(file: PdfFile, widget: number): ChangedObjects {
  const root = referenceOf(file.trailer.get('/Root'));
  if (root === undefined) throw malformed('its trailer has no /Root');
  const catalog = file.dictionaryOf(root);
  if (catalog.has('/AcroForm')) {
    throw new SigningError('pdf_already_signed', 'The PDF has a form or a signature already: sign the original, once.');
  }
  const [page, pageDictionary] = firstPageOf(file, catalog);
  const annotations = pageDictionary.get('/Annots') ?? '[]';
  if (!annotations.startsWith('[')) throw unsupported('the annotations of its first page stand in another object');
  const form = `<< /Fields [${widget} 0 R] /SigFlags ${SIGNATURE_FLAGS} >>`;
  return {
    root,
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
  return `<<
/Type /Sig
/Filter /Adobe.PPKLite
/SubFilter /ETSI.CAdES.detached
/Name ${pdfText(name)}
/Reason ${pdfText(reason)}
${time}`;
}
