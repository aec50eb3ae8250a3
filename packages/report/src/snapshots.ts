import { type ArtifactStore, type BlobRef, isGone } from '@evidence/artifacts';
import {
  MAPPING_MEDIA_TYPE,
  type Mapping,
  mappingLinesIn,
  mappingOfDocument,
  mappingOfLines,
  type ReportEvent,
  SCOPE_MEDIA_TYPE,
  type ScopeLine,
  scopeLinesIn,
  scopeLinesOf,
} from '@evidence/contracts';
import { CodedError } from '@evidence/decider';
import { snapshotSays } from './sentences.js';

export type SnapshotErrorCode =
  /** The findings in scope are gone or damaged: scoping resolves them again. */
  | 'scope_snapshot_lost'
  /** The mapping of the findings is gone or damaged: mapping computes it again. */
  | 'mapping_snapshot_lost'
  /** The log now gives different bytes from those that the report was made from: because of another release, or because events are missing. */
  | 'snapshot_not_reproducible';

/** A snapshot cannot be used. A lost one will be rebuilt, so the work that needs it is worth a retry. */
export class SnapshotError extends CodedError<SnapshotErrorCode> {
  override readonly name = 'SnapshotError';
  override readonly retryable = this.code !== 'snapshot_not_reproducible';
}

/** The event that makes a stage rebuild a lost snapshot when it is delivered again. */
export const remadeAfter = {
  scope_snapshot_lost: 'ReportStarted',
  mapping_snapshot_lost: 'ReportScoped',
} as const satisfies Readonly<Partial<Record<SnapshotErrorCode, ReportEvent['type']>>>;

export type SnapshotLostCode = keyof typeof remadeAfter;

export const isLostCode = (code: unknown): code is SnapshotLostCode =>
  typeof code === 'string' && Object.hasOwn(remadeAfter, code);

/**
 * The lines of a scope snapshot, stored by any release. Throws `SnapshotError` `scope_snapshot_lost` if it is gone or damaged, possibly only
 * at the end: until then nothing made from it may be published. Throws `ArtifactError` `unavailable`, and `SyntaxError` or `ContractError` if
 * its form cannot be read. `checked`: another reader has checked every line of the snapshot with this digest.
 */
export function readScope(
  artifacts: SnapshotStore,
  tenant: string,
  snapshot: BlobRef,
  options: { readonly checked?: boolean } = {},
): AsyncGenerator<ScopeLine> {
  const bytes = orLost(artifacts.read(tenant, snapshot.sha256), snapshot, 'scope_snapshot_lost');
  return snapshot.mediaType === SCOPE_MEDIA_TYPE ? scopeLinesIn(bytes, options) : linesOfDocument(bytes);
}

async function* linesOfDocument(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ScopeLine> {
  yield* scopeLinesOf(await whole(bytes));
}

/** A mapping snapshot, stored by any release. Throws as `readScope`, with `mapping_snapshot_lost`. */
export async function readMapping(artifacts: SnapshotStore, tenant: string, snapshot: BlobRef): Promise<Mapping> {
  const bytes = orLost(artifacts.read(tenant, snapshot.sha256), snapshot, 'mapping_snapshot_lost');
  if (snapshot.mediaType === MAPPING_MEDIA_TYPE) return mappingOfLines(mappingLinesIn(bytes));
  return mappingOfDocument(await whole(bytes));
}

type SnapshotStore = Pick<ArtifactStore, 'read'>;

async function* orLost(
  chunks: AsyncIterable<Uint8Array>,
  { sha256 }: BlobRef,
  lostCode: SnapshotLostCode,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (cause) {
    if (!isGone(cause)) throw cause;
    throw new SnapshotError(lostCode, snapshotSays.lost(sha256), { sha256 }, { cause });
  }
}

/** For snapshots of releases that stored one document. */
async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(Uint8Array.from(chunk));
  return Buffer.concat(all);
}

/**
 * Rebuilds a snapshot that the log refers to, if it is missing. Reports with equal evidence share their snapshots, so the pruning of one report can
 * remove what another has just stored but not yet appended to the log. Throws `snapshot_not_reproducible`, and as the store and `make` do.
 */
export async function restoreSnapshot(
  artifacts: ArtifactStore,
  tenant: string,
  { sha256 }: BlobRef,
  make: () => Promise<BlobRef>,
): Promise<void> {
  if (await isWhole(artifacts, tenant, sha256)) return;
  const made = await make();
  if (made.sha256 === sha256) return;
  await artifacts.remove(tenant, made.sha256);
  const sentence = snapshotSays.notReproducible(sha256, made.sha256);
  throw new SnapshotError('snapshot_not_reproducible', sentence, { sha256, made: made.sha256 });
}

/** Whether the blob exists and matches its name. Reads the whole blob. Throws `ArtifactError` `unavailable`. */
export async function isWhole(artifacts: ArtifactStore, tenant: string, sha256: string): Promise<boolean> {
  try {
    for await (const _ of artifacts.read(tenant, sha256));
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
