import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { ArtifactError, type ScratchFile } from './port.js';
import { refuseTooLarge, useFolder } from './trouble.js';

const CHUNK_BYTES = 256 * 1024;

/** See `ArtifactStore.scratch`. The caller must dispose of it. */
export function openScratch(path: string, mode: number): ScratchFile {
  const fd = openSync(path, 'wx+', mode);
  try {
    unlinkSync(path);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return new OpenScratch(fd);
}

class OpenScratch implements ScratchFile {
  length = 0;

  constructor(readonly fd: number) {}

  write(at: number, bytes: Uint8Array): Promise<void> {
    return useFolder(() => {
      refuseTooLarge(at + bytes.length);
      for (let done = 0; done < bytes.length; ) done += writeSync(this.fd, bytes, done, bytes.length - done, at + done);
      this.length = Math.max(this.length, at + bytes.length);
    });
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let at = 0; at < this.length; ) {
      const count = await useFolder(() => readSync(this.fd, buffer, 0, CHUNK_BYTES, at));
      if (count === 0) throw new ArtifactError('unavailable', 'A scratch file became shorter while it was read.');
      yield buffer.subarray(0, count);
      at += count;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await useFolder(() => closeSync(this.fd));
  }
}
