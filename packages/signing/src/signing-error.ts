import { PdfFileError, type PdfFileErrorCode, ProofError, type ProofErrorCode } from '@evidence/verify/formats';

/** Why a file cannot be signed, or a signature cannot be raised to the requested level. */
export type SigningErrorCode =
  /** There is no key or certificate file. Make one, or correct the path. */
  | 'key_missing'
  /** The key or the certificate cannot be read as PEM, or may not be read. */
  | 'key_unreadable'
  /** The key is not RSA of at least 2048 bits or EC P-256. */
  | 'key_unsupported'
  /** The certificate belongs to another key, or the chain is not in order. */
  | 'key_mismatch'
  /** The certificate is for another purpose, such as a web server. */
  | 'certificate_purpose'
  | 'certificate_not_yet_valid'
  | 'certificate_expired'
  /** The folder for a development key exists, holds other files, or cannot be written. */
  | 'folder_unusable'
  /** No key of the ring is in use at that instant. */
  | 'key_not_in_use'
  /** The key holder (KMS) did not respond in time. Temporary: try again later. */
  | 'signer_unavailable'
  /** The key holder returned a signature that its certificate does not verify. */
  | 'signer_answer_invalid'
  /** The time-stamping authority did not respond in time. Temporary: try again later. */
  | 'timestamp_unavailable'
  /** The time-stamping authority refused the request. */
  | 'timestamp_refused'
  /** No OCSP responder or revocation list was available in time. Temporary: try again later. */
  | 'revocation_unavailable'
  /** A certificate names neither an OCSP responder nor a revocation list, so level B-LT is impossible. */
  | 'revocation_source_missing'
  /** The response of an authority does not prove what it must prove. */
  | ProofErrorCode
  | PdfFileErrorCode
  /** The PDF already has a signature or a form: sign the original. */
  | 'pdf_already_signed'
  /** Only a signature made by this software can be raised, one level at a time. */
  | 'pdf_level_wrong';

/** Causes that are temporary. */
const TEMPORARY: readonly SigningErrorCode[] = [
  'signer_unavailable',
  'timestamp_unavailable',
  'revocation_unavailable',
];

/** Key errors stop a start-up. The message is the sentence to show. */
export class SigningError extends Error {
  override readonly name = 'SigningError';
  readonly retryable: boolean;
  constructor(
    readonly code: SigningErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.retryable = TEMPORARY.includes(code);
  }
}

/** Runs `work`, and turns the errors of @evidence/verify into `SigningError`. */
export function asSigningError<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof PdfFileError) throw new SigningError(cause.code, cause.message, { cause });
    if (cause instanceof ProofError) {
      throw new SigningError(cause.code, `The response of an authority was rejected: ${cause.message}.`, { cause });
    }
    throw cause;
  }
}
