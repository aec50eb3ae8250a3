/** Why nothing can be signed. */
export type SigningErrorCode =
  /** There is no key or certificate file. Make one, or correct the path. */
  | 'key_missing'
  /** The key or the certificate cannot be read as PEM, or may not be read. */
  | 'key_unreadable'
  /** The key is not RSA of at least 2048 bits or EC P-256. */
  | 'key_unsupported'
  /** The certificate belongs to another key, or the chain is not in order. */
  | 'key_mismatch'
  | 'certificate_not_yet_valid'
  | 'certificate_expired'
  /** The folder for a development key exists, holds other files, or cannot be written. */
  | 'folder_unusable'
  /** The bytes are no PDF, or one that contradicts itself. */
  | 'pdf_malformed'
  /** A sound PDF of a layout that is not signed here, such as one with a cross-reference stream. */
  | 'pdf_unsupported'
  | 'pdf_encrypted'
  /** It has a signature or a form already: sign the original. */
  | 'pdf_already_signed'
  | 'pdf_too_large'
  /** Certificates and signature do not fit the space kept for them: shorten the chain. */
  | 'signature_too_large';

/** Key errors stop a start-up; the message is the one sentence to show. */
export class SigningError extends Error {
  override readonly name = 'SigningError';
  constructor(
    readonly code: SigningErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
