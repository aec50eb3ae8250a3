import { CodedError } from '@evidence/decider';

/** A stored blob, named by its content: SHA-256 in lower-case hex, its length, and its media type. */
export interface BlobRef {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/** A blob without its media type. */
export type SizedBlob = Pick<BlobRef, 'sha256' | 'sizeBytes'>;

/** The maximum size of a blob, in any store. */
export const BLOB_MAX_BYTES = 16 * 1024 * 1024 * 1024;

/** The maximum for `get` and `put`, which hold the whole blob in memory. */
export const WHOLE_MAX_BYTES = 1024 * 1024 * 1024;

/** Bytes in the order in which they are to be stored, in chunks of any size. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface WriteOptions {
  /** Default: false. */
  readonly canBeRemade?: boolean;
}

/** A file for work in progress. No other process can reach it, and it disappears with this one, however that ends. */
export interface ScratchFile extends AsyncDisposable {
  /** Open for reading and writing until the file is disposed of. */
  readonly fd: number;
  /** The end of what has been written. */
  readonly length: number;
  /** Throws `ArtifactError` `unavailable` or `too_large`. */
  write(at: number, bytes: Uint8Array): Promise<void>;
  /** From the beginning to the end, each in the memory of the one before. Throws `ArtifactError` `unavailable`. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** The first and last byte to read, both inclusive, as in RFC 9110 §14.1.2. */
export interface ByteSpan {
  readonly first: number;
  readonly last: number;
}

/**
 * Content-addressed storage of artifacts and snapshots, one space per tenant. Storing the same bytes twice is one blob.
 * Throws `ArtifactError`; its codes say what to do. `write` and `read` take as much memory for a large blob as for a
 * small one; `put` and `get` hold the whole blob, and are for small ones.
 */
export interface ArtifactStore {
  /**
   * Stores the source's bytes once it has ended: the blob is complete when this resolves. If it rejects, because of the store or because the source
   * threw (its error passes through unchanged), nothing is stored and nothing is left over. The source may reuse a chunk once the next one is
   * requested. `canBeRemade`: the caller can make these bytes again, so they are not flushed to the disk. After a power cut such a blob may be absent
   * or `corrupt`, which its digest shows.
   */
  write(tenant: string, mediaType: string, source: ByteSource, options?: WriteOptions): Promise<BlobRef>;
  put(tenant: string, bytes: Uint8Array, mediaType: string): Promise<BlobRef>;
  /** An empty file on the disk of the blobs, for bytes that are changed before they are stored. */
  scratch(): Promise<ScratchFile>;
  /**
   * The blob in chunks of 256 KiB at most, checked against its name. The result is known only at the end: the last chunk is yielded when the digest
   * has matched; otherwise `corrupt` is thrown instead. So until the iteration has ended by itself, the bytes are unverified: compute with them
   * and write drafts, but publish, append or return nothing. A reader that stops before the last chunk gets `not_read_to_end`, because the bytes it
   * used were not checked. Passing the chunks on to `write` is safe: it stores nothing when its source throws.
   */
  read(tenant: string, sha256: string): AsyncIterable<Uint8Array>;
  /** The whole blob, checked against its name. */
  get(tenant: string, sha256: string): Promise<Uint8Array>;
  /**
   * Streams the blob, or a span of it, to a receiver that knows its length and digest. Throws before the first byte when the blob does not exist, or
   * `corrupt` when its length is wrong. The whole blob is checked as in `read`: the stream fails instead of its last chunk when the digest
   * differs. A span is only streamed from a blob that was checked since it last changed, and the check is made first if necessary, because a span
   * says nothing about the rest. The caller must read the stream to its end or destroy it, because it holds a file open.
   */
  open(tenant: string, blob: SizedBlob, span?: ByteSpan): Promise<NodeJS.ReadableStream>;
  /** The length in bytes, or undefined when there is no such blob. */
  sizeOf(tenant: string, sha256: string): Promise<number | undefined>;
  /** Resolves when the store can be used now; otherwise throws `unavailable`. For readiness. */
  ping(): Promise<void>;
  /** Idempotent: removing a blob that does not exist does nothing. */
  remove(tenant: string, sha256: string): Promise<void>;
}

export type ArtifactErrorCode =
  /** The tenant has no such blob. */
  | 'not_found'
  /** The bytes no longer match their name: store them again from their source, or restore a backup. */
  | 'corrupt'
  /** A bug in the caller: it stopped reading before the digest could be checked. */
  | 'not_read_to_end'
  /** The span begins or ends outside the blob: ask `sizeOf` first. */
  | 'span_outside'
  /** The blob exceeds `BLOB_MAX_BYTES`, or, in `get` and `put`, `WHOLE_MAX_BYTES`: then use `read` and `write`. */
  | 'too_large'
  /** The tenant is not a slug, or the name is not a SHA-256 in lower-case hex. */
  | 'invalid_name'
  /** The store cannot be reached, read or written now: try again later. */
  | 'unavailable';

export class ArtifactError extends CodedError<ArtifactErrorCode> {
  override readonly name = 'ArtifactError';
  override readonly retryable = this.code === 'unavailable';
}

/** Whether the blob is gone or its content does not match its name: storing it again helps, retrying does not. */
export const isGone = (error: unknown): error is ArtifactError =>
  error instanceof ArtifactError && (error.code === 'not_found' || error.code === 'corrupt');
