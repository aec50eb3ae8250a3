export type ProofErrorCode =
  /** The time-stamp token cannot be read, was changed, or is about other bytes. */
  | 'timestamp_invalid'
  /** No certificate chain leads to an authority that the caller trusts. */
  | 'authority_unknown'
  /** A revocation status cannot be read, was changed, is too old, or is missing. */
  | 'revocation_invalid'
  /** The certificate was revoked before the signature was made. */
  | 'certificate_revoked'
  /** The certificate was not valid yet, or no longer, when the signature was made. */
  | 'certificate_expired';

/** A time-stamp, a chain or a revocation status does not prove what it should. */
export class ProofError extends Error {
  override readonly name = 'ProofError';
  constructor(
    readonly code: ProofErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
