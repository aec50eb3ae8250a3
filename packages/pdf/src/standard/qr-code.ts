import encodeQR from 'qr';
import { colour } from '../style.js';
import type { Figure } from '../writer/blocks.js';

/** Modules of white around the code (ISO/IEC 18004, 6.3.8). */
const QUIET_ZONE = 4;

/** A QR code of `words` in a square of `size` points, error correction M (15 %). */
export function qrCode(words: string, size: number, alt: string): Figure {
  const rows = encodeQR(words, 'raw', { ecc: 'medium', border: QUIET_ZONE });
  const module = size / rows.length;
  return {
    alt: `${alt}: ${words}`,
    width: size,
    height: size,
    draw: (content, x, top) => {
      rows.forEach((row, i) => {
        for (let start = 0; start < row.length; start++) {
          if (!row[start]) continue;
          let end = start;
          while (row[end]) end++;
          content.fill(x + start * module, top + i * module, (end - start) * module, module, colour.ink);
          start = end;
        }
      });
    },
  };
}
