import { createHash, randomUUID } from 'node:crypto';
import { access, constants, type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ArtifactError, type ArtifactStore, BLOB_MAX_BYTES, type BlobRef, type ByteSpan } from './port.js';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** The pattern of TenantSlug in contracts/documents/Vocabulary.v1.json. No dot, no slash: it is a folder's name here. */
const TENANT = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Keeps blobs as files, `<folder>/<tenant>/<first two digits>/<sha256>`, readable by this user only. A blob is written
 * under another name, flushed to disk and renamed, so that under its own name it is whole or absent, even after a power
 * cut. Any number of processes may share the folder. Throws `ArtifactError` `unavailable` when the folder cannot be used.
 */
export async function openArtifactFolder({ folder }: { readonly folder: string }): Promise<ArtifactStore> {
  const root = resolve(folder);
  await useFolder(async () => {
    await mkdir(root, { recursive: true, mode: FOLDER_MODE });
    await access(root, constants.R_OK | constants.W_OK | constants.X_OK);
  });
  return new ArtifactFolder(root);
}

class ArtifactFolder implements ArtifactStore {
  constructor(private readonly root: string) {}

  /** Always writes, also what is there already: a blob that a disk has damaged is thereby healed. */
  async put(tenant: string, bytes: Uint8Array, mediaType: string): Promise<BlobRef> {
    if (bytes.length > BLOB_MAX_BYTES) {
      throw new ArtifactError('too_large', `The blob has ${bytes.length} bytes; at most ${BLOB_MAX_BYTES} are stored.`);
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const path = this.#pathOf(tenant, sha256);
    await useFolder(() => writeWhole(path, bytes));
    return { sha256, sizeBytes: bytes.length, mediaType };
  }

  async get(tenant: string, sha256: string): Promise<Uint8Array> {
    const path = this.#pathOf(tenant, sha256);
    const bytes = await readBlob(path, () => readFile(path));
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== sha256) {
      throw new ArtifactError('corrupt', `${path} has the SHA-256 ${found}: put it again from its source.`);
    }
    return bytes;
  }

  async open(tenant: string, sha256: string, span?: ByteSpan): Promise<NodeJS.ReadableStream> {
    const path = this.#pathOf(tenant, sha256);
    const file = await readBlob(path, () => open(path, 'r'));
    try {
      const { size } = await useFolder(() => file.stat());
      return file.createReadStream(span === undefined ? {} : readable(span, size));
    } catch (error) {
      await file.close();
      throw error;
    }
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

  async remove(tenant: string, sha256: string): Promise<void> {
    const path = this.#pathOf(tenant, sha256);
    await useFolder(() => rm(path, { force: true }));
  }

  /** The one place where names become a path, hence the one place where they are checked. */
  #pathOf(tenant: string, sha256: string): string {
    if (!TENANT.test(tenant))
      throw new ArtifactError('invalid_name', `${JSON.stringify(tenant)} is not a tenant's slug.`);
    if (!SHA256.test(sha256)) {
      throw new ArtifactError('invalid_name', `${JSON.stringify(sha256)} is not a SHA-256 in lower-case hex.`);
    }
    return join(this.root, tenant, sha256.slice(0, 2), sha256);
  }
}

/** Write, flush, rename, flush the folder: the order in which POSIX makes a file durable under its name. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  // Random, for several processes may write the same blob at once; it is gone after the rename.
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    await withFile(await open(draft, 'wx', FILE_MODE), async (file) => {
      await file.writeFile(bytes);
      await file.sync();
    });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  // Its folders may be new as well, and a name is durable when the folder that holds it is.
  for (const holder of [folder, dirname(folder), dirname(dirname(folder))]) {
    await withFile(await open(holder, 'r'), (handle) => handle.sync());
  }
}

async function withFile(file: FileHandle, use: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

function readable({ first, last }: ByteSpan, sizeBytes: number): { start: number; end: number } {
  if (!(Number.isSafeInteger(first) && Number.isSafeInteger(last) && first >= 0 && first <= last && last < sizeBytes)) {
    throw new ArtifactError('span_outside', `Bytes ${first} to ${last} are not all in a blob of ${sizeBytes} bytes.`);
  }
  return { start: first, end: last };
}

/** As `useFolder`, where a missing file means that there is no such blob. */
function readBlob<T>(path: string, use: () => Promise<T>): Promise<T> {
  return useFolder(async () => {
    try {
      return await use();
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      throw new ArtifactError('not_found', `There is no blob at ${path}.`, { cause });
    }
  });
}

/** Any other trouble with the file system is `unavailable`: a full or read-only disk, no permission, too many files. */
async function useFolder<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    if (cause instanceof ArtifactError) throw cause;
    throw new ArtifactError('unavailable', `The artifact folder cannot be used: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
