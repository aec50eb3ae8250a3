import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { ArtifactError } from './port.js';
import { useFolder } from './trouble.js';

const CHUNK_BYTES = 256 * 1024;

/** An open file, and the digest and size that its content should have. */
export interface NamedFile {
  readonly file: FileHandle;
  readonly path: string;
  readonly sha256: string;
}

/**
 * The file in chunks. The last one is held back until the digest has matched, which calls `onMatched`; if it does not match, `corrupt` is thrown
 * instead. Closes the file.
 */
export async function* checkedChunks(
  named: NamedFile,
  onMatched: () => void | Promise<void>,
): AsyncGenerator<Uint8Array> {
  try {
    const hash = createHash('sha256');
    let held: Uint8Array | undefined;
    for await (const chunk of chunksOf(named.file)) {
      hash.update(chunk);
      if (held) yield held;
      held = chunk;
    }
    requireMatch(named, hash);
    await onMatched();
    if (held) yield held;
  } finally {
    await named.file.close();
  }
}

/** Reads the whole file. Throws `corrupt` when its content does not match its name. */
export async function checkWhole(named: NamedFile): Promise<void> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(named.file)) hash.update(chunk);
  requireMatch(named, hash);
}

/** Throws `corrupt` when a file's whole content does not match its name. */
export function checkBytes(named: Omit<NamedFile, 'file'>, bytes: Uint8Array): void {
  requireMatch(named, createHash('sha256').update(bytes));
}

function requireMatch({ path, sha256 }: Omit<NamedFile, 'file'>, hash: Hash): void {
  const found = hash.digest('hex');
  if (found === sha256) return;
  throw new ArtifactError('corrupt', `${path} has the SHA-256 ${found}: store it again from its source.`);
}

/** Each chunk has its own memory, because the reader may keep one while it takes the next. The next one is read while the reader works. */
async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  const { size } = await useFolder(() => file.stat());
  // One byte more than a small file has, so that the second read finds the end.
  const chunkBytes = Math.min(CHUNK_BYTES, size + 1);
  const readAt = (at: number) => {
    const reading = useFolder(() => file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, at));
    // Nobody waits for the last one if the reader stops before the end.
    reading.catch(() => undefined);
    return reading;
  };
  let reading = readAt(0);
  for (let at = 0; ; ) {
    const { buffer, bytesRead } = await reading;
    if (bytesRead === 0) return;
    at += bytesRead;
    reading = readAt(at);
    yield buffer.subarray(0, bytesRead);
  }
}
