import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import type { ScratchFile } from './port.js';
import { refuseTooLarge, useFolder } from './trouble.js';

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

  async [Symbol.asyncDispose](): Promise<void> {
    await useFolder(() => closeSync(this.fd));
  }
}
