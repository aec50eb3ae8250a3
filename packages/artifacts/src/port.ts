/** A stored thing named by what it is: SHA-256 in lower-case hex, its length, and its media type. */
export interface BlobRef {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/** What one blob may take, in any store: it is put as one piece from memory. */
export const BLOB_MAX_BYTES = 1024 * 1024 * 1024;

/** The first and last byte to read, both inclusive, as in RFC 9110 §14.1.2. */
export interface ByteSpan {
  readonly first: number;
  readonly last: number;
}

/**
 * Content-addressed storage of artifacts and snapshots, one space per tenant. Putting the same bytes twice is one blob.
 * Throws `ArtifactError`; its codes say what to do.
 */
export interface ArtifactStore {
  put(tenant: string, bytes: Uint8Array, mediaType: string): Promise<BlobRef>;
  /** The whole blob, checked against its name. For snapshots; artifacts are streamed with `open`. */
  get(tenant: string, sha256: string): Promise<Uint8Array>;
  /**
   * Streams the blob, or a span of it, without holding it in memory; not checked against its name. Throws before the
   * first byte when it is not there. The caller reads it to its end or destroys it, for it holds a file open.
   */
  open(tenant: string, sha256: string, span?: ByteSpan): Promise<NodeJS.ReadableStream>;
  /** The length in bytes, or undefined when there is no such blob. */
  sizeOf(tenant: string, sha256: string): Promise<number | undefined>;
  /** Idempotent: removing what is not there is fine. */
  remove(tenant: string, sha256: string): Promise<void>;
}

export type ArtifactErrorCode =
  /** There is no such blob for this tenant. */
  | 'not_found'
  /** The bytes no longer match their name: put them again from their source, or restore a backup. */
  | 'corrupt'
  /** The span begins or ends outside the blob: ask `sizeOf` first. */
  | 'span_outside'
  /** The blob is larger than a store takes: `BLOB_MAX_BYTES`. */
  | 'too_large'
  /** The tenant is no slug, or the name no SHA-256 in lower-case hex. */
  | 'invalid_name'
  /** The store cannot be reached, read or written now: try again later. */
  | 'unavailable';

export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
  constructor(
    readonly code: ArtifactErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
