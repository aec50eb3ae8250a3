export type PdfFileErrorCode =
  /** The bytes are not a PDF, or the PDF is inconsistent. */
  | 'pdf_malformed'
  /** A valid PDF with a layout that is not supported here. */
  | 'pdf_unsupported'
  | 'pdf_encrypted'
  | 'pdf_too_large'
  /** Certificates and signature do not fit into the reserved space: shorten the chain. */
  | 'signature_too_large';

/** A PDF cannot be read, or cannot be added to. */
export class PdfFileError extends Error {
  override readonly name = 'PdfFileError';
  constructor(
    readonly code: PdfFileErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export const malformed = (why: string): PdfFileError =>
  new PdfFileError('pdf_malformed', `The PDF cannot be read or signed: ${why}.`);

export const unsupported = (why: string): PdfFileError =>
  new PdfFileError('pdf_unsupported', `The PDF cannot be read or signed: ${why}.`);
