export type PdfErrorCode =
  /** The bytes are no PDF, or one that contradicts itself. */
  | 'pdf_malformed'
  /** A sound PDF of a layout that is not read here, such as one with a cross-reference stream. */
  | 'pdf_unsupported'
  | 'pdf_encrypted'
  | 'pdf_too_large';

/** A PDF cannot be read, or cannot be added to. */
export class PdfError extends Error {
  override readonly name = 'PdfError';
  constructor(
    readonly code: PdfErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export const malformed = (why: string): PdfError =>
  new PdfError('pdf_malformed', `The PDF cannot be signed or read, for ${why}.`);

export const unsupported = (why: string): PdfError =>
  new PdfError('pdf_unsupported', `The PDF cannot be signed or read, for ${why}.`);
