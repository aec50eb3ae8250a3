import { SigningError } from './signing-error.js';

/** Where a signature dictionary keeps its signature: `<` is at `gapStart`, and `>` is the byte before `gapEnd`. */
export interface Gap {
  readonly gapStart: number;
  readonly gapEnd: number;
}

/** Writes `der` into the gap of `pdf`, in place, followed by zeros. Throws `SigningError` `signature_too_large`. */
export function writeGap(pdf: Buffer, { gapStart, gapEnd }: Gap, der: Uint8Array): void {
  const digits = gapEnd - gapStart - 2;
  if (der.length * 2 > digits) {
    throw new SigningError(
      'signature_too_large',
      `The signature with its certificates takes ${der.length} bytes of ${digits / 2}: leave issuers out of the chain.`,
    );
  }
  pdf.write(Buffer.from(der).toString('hex').toUpperCase().padEnd(digits, '0'), gapStart + 1, 'latin1');
}
