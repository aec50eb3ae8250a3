/** A stored thing named by what it is: SHA-256 in lower-case hex, its length, and its media type. */
export interface BlobRef {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/** The first and last byte to read, both inclusive, as in RFC 9110 §14.1.2. */
export interface ByteSpan {
  readonly first: number;
  readonly last: number;
}

/**
 * Content-addressed storage of artifacts and snapshots, one space per tenant. Putting the same bytes twice is one blob.
 * Throws `ArtifactError`: `not_found`, `corrupt` (the bytes no longer match their name), `unavailable`.
 */
export interface ArtifactStore {
  put(tenant: string, bytes: Uint8Array, mediaType: string): Promise<BlobRef>;
  /** The whole blob, checked against its name. For snapshots; artifacts are streamed with `open`. */
  get(tenant: string, sha256: string): Promise<Uint8Array>;
  /** Streams the blob, or a span of it, without holding it in memory. Throws before the first byte when it is not there. */
  open(tenant: string, sha256: string, span?: ByteSpan): Promise<NodeJS.ReadableStream>;
  /** The length in bytes, or undefined when there is no such blob. */
  sizeOf(tenant: string, sha256: string): Promise<number | undefined>;
  /** Idempotent: removing what is not there is fine. */
  remove(tenant: string, sha256: string): Promise<void>;
}

export type ArtifactErrorCode = 'not_found' | 'corrupt' | 'unavailable';

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
