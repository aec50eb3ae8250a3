import { renameSync } from 'node:fs';
import { access, constants, mkdir, open, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { isTenantSlug, isValid } from '@evidence/contracts';
import { checkBytes, checkedChunks, type NamedFile } from './checked-chunks.js';
import { Drafts, FOLDER_MODE, inFolder } from './drafts.js';
import {
  ArtifactError,
  type ArtifactStore,
  type BlobRef,
  type ByteSource,
  type ByteSpan,
  type ScratchFile,
  type SizedBlob,
  WHOLE_MAX_BYTES,
  type WriteOptions,
} from './port.js';
import { flushFolder, readSmall } from './small-files.js';
import { readBlob, useFolder } from './trouble.js';
import { type FileVersion, VerifiedFiles, versionOf } from './verified-files.js';

/**
 * Keeps blobs as files, `<folder>/<tenant>/<first two digits>/<sha256>`, readable by this user only. A blob is written under another name, flushed to
 * disk and renamed, so that under its own name it is whole or absent, even after a power cut; a blob that can be remade is not flushed. Any number of
 * processes may share the folder. Removes half-written files that are more than an hour old, left by killed processes. Throws `ArtifactError`
 * `unavailable` when the folder cannot be used.
 */
export async function openArtifactFolder({
  folder,
  now = () => new Date(),
}: {
  readonly folder: string;
  readonly now?: () => Date;
}): Promise<ArtifactStore> {
  const root = resolve(folder);
  await useFolder(async () => {
    await mkdir(root, { recursive: true, mode: FOLDER_MODE });
  });
  const store = new ArtifactFolder(root);
  await store.ping();
  await store.sweep(now());
  return store;
}

/** The blobs of a folder as they are: creates no folder, and removes nothing. */
export const readArtifactFolder = (folder: string): Pick<ArtifactStore, 'read'> => new ArtifactFolder(resolve(folder));

/** With more than this many, all are forgotten, and flushed again when needed. */
const DURABLE_FOLDERS_MAX = 10_000;

class ArtifactFolder implements ArtifactStore {
  readonly #drafts: Drafts;
  readonly #verified = new VerifiedFiles();
  /** Folders whose own names are flushed. */
  readonly #durableFolders = new Set<string>();

  constructor(private readonly root: string) {
    // No tenant has this name, because a slug has no dot.
    this.#drafts = new Drafts(join(root, '.drafts'));
  }

  /** Removes the drafts of processes that were killed while writing. */
  sweep(now: Date): Promise<void> {
    return useFolder(() => this.#drafts.sweep(now));
  }

  /** Always writes, even if the blob exists, which repairs a blob that the disk has damaged. */
  async write(tenant: string, mediaType: string, source: ByteSource, options: WriteOptions = {}): Promise<BlobRef> {
    this.#checkTenant(tenant);
    const { sha256, sizeBytes } = await this.#drafts.write(source, options, async (draft) => {
      const path = this.#pathOf(tenant, draft.sha256);
      await inFolder(dirname(path), () => renameSync(draft.path, path));
      if (!options.canBeRemade) this.#flushFolderOf(path);
    });
    return { sha256, sizeBytes, mediaType };
  }

  /** After the flush of the file and its rename. In this order POSIX makes a file durable under its name. */
  #flushFolderOf(path: string): void {
    const folder = dirname(path);
    flushFolder(folder);
    if (this.#durableFolders.has(folder)) return;
    // The folder may be new, and its name is durable only when its parent is flushed.
    flushFolder(dirname(folder));
    flushFolder(dirname(dirname(folder)));
    if (this.#durableFolders.size >= DURABLE_FOLDERS_MAX) this.#durableFolders.clear();
    this.#durableFolders.add(folder);
  }

  async put(tenant: string, bytes: Uint8Array, mediaType: string): Promise<BlobRef> {
    if (bytes.length > WHOLE_MAX_BYTES) throw tooLargeForMemory(bytes.length);
    return this.write(tenant, mediaType, [bytes]);
  }

  scratch(): Promise<ScratchFile> {
    return this.#drafts.scratch();
  }

  async *read(tenant: string, sha256: string): AsyncGenerator<Uint8Array> {
    const path = this.#pathOf(tenant, sha256);
    const small = await readBlob(path, () => readSmall(path));
    if (small) {
      checkBytes({ path, sha256 }, small);
      yield small;
      return;
    }
    const named = await this.#openBlob(tenant, sha256);
    let stopped = true;
    try {
      yield* checkedChunks(named, () => {
        stopped = false;
      });
    } catch (error) {
      stopped = false;
      throw error;
    } finally {
      if (stopped) notReadToEnd(named.path);
    }
  }

  async get(tenant: string, sha256: string): Promise<Uint8Array> {
    const sizeBytes = (await this.sizeOf(tenant, sha256)) ?? 0;
    if (sizeBytes > WHOLE_MAX_BYTES) throw tooLargeForMemory(sizeBytes);
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.read(tenant, sha256)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async open(tenant: string, { sha256, sizeBytes }: SizedBlob, span?: ByteSpan): Promise<NodeJS.ReadableStream> {
    const named = await this.#openBlob(tenant, sha256);
    try {
      const version = await versionOf(named.file);
      if (version.sizeBytes !== sizeBytes) throw wrongLength(named.path, version.sizeBytes, sizeBytes);
      if (span === undefined) return await this.#openWhole(named, version);
      const range = readable(span, sizeBytes);
      await this.#verified.require(named, version);
      return named.file.createReadStream(range);
    } catch (error) {
      await named.file.close();
      throw error;
    }
  }

  /** Reads the first chunk, so that a fault in it is thrown here and not by the stream. */
  async #openWhole(named: NamedFile, version: FileVersion): Promise<NodeJS.ReadableStream> {
    const chunks = checkedChunks(named, () => this.#verified.remember(named, version));
    const first = await chunks.next();
    async function* all(): AsyncGenerator<Uint8Array> {
      if (!first.done) yield first.value;
      yield* chunks;
    }
    const stream = Readable.from(all(), { objectMode: false });
    // A stream that is destroyed before its first read never enters `all`, and the file would stay open.
    return stream.once('close', () => void chunks.return(undefined));
  }

  async #openBlob(tenant: string, sha256: string): Promise<NamedFile> {
    const path = this.#pathOf(tenant, sha256);
    return { file: await readBlob(path, () => open(path, 'r')), path, sha256 };
  }

  async sizeOf(tenant: string, sha256: string): Promise<number | undefined> {
    const path = this.#pathOf(tenant, sha256);
    try {
      return (await readBlob(path, () => stat(path))).size;
    } catch (error) {
      if (error instanceof ArtifactError && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  ping(): Promise<void> {
    return useFolder(() => access(this.root, constants.R_OK | constants.W_OK | constants.X_OK));
  }

  async remove(tenant: string, sha256: string): Promise<void> {
    const path = this.#pathOf(tenant, sha256);
    // Not `rm`, which asks for the file's status before it removes it.
    await readBlob(path, () => unlink(path)).catch((error: unknown) => {
      if (!(error instanceof ArtifactError) || error.code !== 'not_found') throw error;
    });
  }

  /** The only place where names become a path, so the only place where they are checked: neither has a dot or a slash. */
  #pathOf(tenant: string, sha256: string): string {
    this.#checkTenant(tenant);
    if (!isValid('Vocabulary.v1', 'Sha256', sha256)) {
      throw new ArtifactError('invalid_name', `${JSON.stringify(sha256)} is not a SHA-256 in lower-case hex.`);
    }
    return join(this.root, tenant, sha256.slice(0, 2), sha256);
  }

  #checkTenant(tenant: string): void {
    if (isTenantSlug(tenant)) return;
    throw new ArtifactError('invalid_name', `${JSON.stringify(tenant)} is not a tenant's slug.`);
  }
}

function notReadToEnd(path: string): never {
  throw new ArtifactError(
    'not_read_to_end',
    `${path} was not read to its end, so its bytes were not checked: read on.`,
  );
}

const wrongLength = (path: string, found: number, sizeBytes: number) =>
  new ArtifactError('corrupt', `${path} has ${found} of ${sizeBytes} bytes: store it again from its source.`);

const tooLargeForMemory = (sizeBytes: number) =>
  new ArtifactError(
    'too_large',
    `The blob has ${sizeBytes} bytes, but at most ${WHOLE_MAX_BYTES} are held in memory at once: read and write it as a stream.`,
  );

function readable({ first, last }: ByteSpan, sizeBytes: number): { start: number; end: number } {
  if (!(Number.isSafeInteger(first) && Number.isSafeInteger(last) && first >= 0 && first <= last && last < sizeBytes)) {
    throw new ArtifactError(
      'span_outside',
      `Bytes ${first} to ${last} are not all within a blob of ${sizeBytes} bytes.`,
    );
  }
  return { start: first, end: last };
}
