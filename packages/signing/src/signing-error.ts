import { PdfError, type PdfErrorCode, ProofError, type ProofErrorCode } from '@evidence/verify';

/** Why nothing can be signed, or a signature cannot be raised to the level that was asked for. */
export type SigningErrorCode =
  /** There is no key or certificate file. Make one, or correct the path. */
  | 'key_missing'
  /** The key or the certificate cannot be read as PEM, or may not be read. */
  | 'key_unreadable'
  /** The key is not RSA of at least 2048 bits or EC P-256. */
  | 'key_unsupported'
  /** The certificate belongs to another key, or the chain is not in order. */
  | 'key_mismatch'
  /** The certificate is for something else, such as a web server. */
  | 'certificate_purpose'
  | 'certificate_not_yet_valid'
  | 'certificate_expired'
  /** The folder for a development key exists, holds other files, or cannot be written. */
  | 'folder_unusable'
  /** No key of the ring is in use at that instant. */
  | 'key_not_in_use'
  /** The key holder (KMS) did not answer in time. Passing: try again later. */
  | 'signer_unavailable'
  /** The key holder answered with something that its certificate does not verify. */
  | 'signer_answer_invalid'
  /** The time-stamping authority did not answer in time. Passing: try again later. */
  | 'timestamp_unavailable'
  /** The time-stamping authority answered that it will not. */
  | 'timestamp_refused'
  /** No responder or list answered in time for a certificate. Passing: try again later. */
  | 'revocation_unavailable'
  /** A certificate names neither an OCSP responder nor a revocation list, so that level B-LT cannot be had. */
  | 'revocation_source_missing'
  /** What an authority answered does not prove what it is to prove. */
  | ProofErrorCode
  | PdfErrorCode
  /** It has a signature or a form already: sign the original. */
  | 'pdf_already_signed'
  /** Only a signature made here can be raised to a higher level, each level after the one before it. */
  | 'pdf_level_wrong'
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

/** Runs `work`, and gives what @evidence/verify refuses the code and the sentence of a `SigningError`. */
export function asSigningError<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof PdfError) throw new SigningError(cause.code, cause.message, { cause });
    if (cause instanceof ProofError) {
      throw new SigningError(cause.code, `An authority's answer is not used: ${cause.message}.`, { cause });
    }
    throw cause;
  }
}
