import { randomUUID } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Level } from '@evidence/verify';
import { type Authorities, type PdfDraft, type Raise, raiseTo } from '../src/index.js';

/** `pdf`, raised in a file. */
export async function raised(level: Level, pdf: Uint8Array, authorities: Authorities): Promise<Buffer> {
  const path = join(tmpdir(), `evidence-raised-${randomUUID()}.pdf`);
  const file = await open(path, 'wx+');
  try {
    let { length } = pdf;
    await file.write(pdf, 0, length, 0);
    const draft: PdfDraft = {
      fd: file.fd,
      get length() {
        return length;
      },
      async write(at, bytes) {
        await file.write(bytes, 0, bytes.length, at);
        length = Math.max(length, at + bytes.length);
      },
    };
    await raiseTo(level, draft, authorities);
    return await readFile(path);
  } finally {
    await file.close();
    await rm(path);
  }
}

export const withRaise = (pdf: Uint8Array, { at, bytes }: Raise): Buffer =>
  Buffer.concat([pdf.subarray(0, at), bytes, pdf.subarray(at + bytes.length)]);
