import type { Level } from '@evidence/verify';
import { type Authorities, type PdfDraft, type Raise, raiseTo } from '../src/index.js';

/** `pdf`, raised in memory. */
export async function raised(level: Level, pdf: Uint8Array, authorities: Authorities): Promise<Buffer> {
  let bytes: Buffer = Buffer.from(pdf);
  const draft: PdfDraft = {
    get bytes() {
      return bytes;
    },
    async write(at, written) {
      bytes = withRaise(bytes, { at, bytes: Buffer.from(written) });
    },
  };
  await raiseTo(level, draft, authorities);
  return bytes;
}

export const withRaise = (pdf: Uint8Array, { at, bytes }: Raise): Buffer =>
  Buffer.concat([pdf.subarray(0, at), bytes, pdf.subarray(at + bytes.length)]);
