/**
 * - `file_too_large`: the file would exceed the limits of PDF/A-3 or of four-byte offsets. Narrow the report.
 * - `signature_too_large`: the certificates do not fit into the space reserved for the signature. Leave issuers out of the chain.
 */
export type WriterErrorCode = 'file_too_large' | 'signature_too_large';

/** Why the file cannot be written. A retry gives the same result. */
export class WriterError extends Error {
  override readonly name = 'WriterError';
  readonly retryable = false;
  constructor(
    readonly code: WriterErrorCode,
    message: string,
  ) {
    super(message);
  }
}
