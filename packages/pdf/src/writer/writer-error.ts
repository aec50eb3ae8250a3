/**
 * - `file_too_large`: the file would pass what PDF/A-3 or an offset of four bytes allows. Narrow the report.
 * - `signature_too_large`: the certificates do not fit into the room for the signature. Leave issuers out of the chain.
 */
export type WriterErrorCode = 'file_too_large' | 'signature_too_large';

/** Why the file cannot be written, now or ever. */
export class WriterError extends Error {
  override readonly name = 'WriterError';
  constructor(
    readonly code: WriterErrorCode,
    message: string,
  ) {
    super(message);
  }
}
