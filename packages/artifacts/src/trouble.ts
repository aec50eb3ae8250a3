import { ArtifactError, BLOB_MAX_BYTES } from './port.js';

/** Any fault of the file system is `unavailable`: a full or read-only disk, no permission, too many files. */
export async function useFolder<T>(use: () => T | Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    if (cause instanceof ArtifactError) throw cause;
    const message = `The artifact folder cannot be used: ${(cause as Error).message}.`;
    throw new ArtifactError('unavailable', message, {}, { cause });
  }
}

/** As `useFolder`, but a missing file means that the blob does not exist. */
export function readBlob<T>(path: string, use: () => T | Promise<T>): Promise<T> {
  return useFolder(async () => {
    try {
      return await use();
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
      throw new ArtifactError('not_found', `There is no blob at ${path}.`, {}, { cause });
    }
  });
}

export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

export function refuseTooLarge(sizeBytes: number): void {
  if (sizeBytes <= BLOB_MAX_BYTES) return;
  throw new ArtifactError('too_large', `The blob has more than ${BLOB_MAX_BYTES} bytes, the most that can be stored.`);
}
