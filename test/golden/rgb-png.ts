import { inflateSync } from 'node:zlib';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Three bytes per pixel (red, green, blue), row by row. */
  readonly samples: Uint8Array;
}

const CHANNELS = 3;

/** Decodes the output of `pdftoppm -png`: 8-bit RGB, not interlaced (PNG, ISO/IEC 15948). Throws on anything else. */
export function decodeRgbPng(png: Buffer): Picture {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const form = png.subarray(24, 29).toString('hex');
  if (form !== '0802000000') throw new Error(`not an 8-bit RGB PNG: ${form}`);
  const filtered = inflateSync(Buffer.concat([...dataChunks(png)]));
  const stride = width * CHANNELS;
  const samples = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = filtered[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x >= CHANNELS ? (samples[at - CHANNELS] ?? 0) : 0;
      const up = y > 0 ? (samples[at - stride] ?? 0) : 0;
      const upLeft = x >= CHANNELS && y > 0 ? (samples[at - stride - CHANNELS] ?? 0) : 0;
      samples[at] = (filtered[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, left, up, upLeft);
    }
  }
  return { width, height, samples };
}

function* dataChunks(png: Buffer): Iterable<Buffer> {
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') yield png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
  }
}

/** Clause 9.2: none, sub, up, average, Paeth. */
function predicted(filter: number, left: number, up: number, upLeft: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4:
      return paeth(left, up, upLeft);
    default:
      return 0;
  }
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const byLeft = Math.abs(estimate - left);
  const byUp = Math.abs(estimate - up);
  const byUpLeft = Math.abs(estimate - upLeft);
  if (byLeft <= byUp && byLeft <= byUpLeft) return left;
  return byUp <= byUpLeft ? up : upLeft;
}

/** Side length of a block in pixels. */
const BLOCK = 6;

/**
 * The largest difference between the averages of two blocks of pixels, 0 to 255. Averaging hides different smoothing in releases of poppler,
 * but not content that moved, vanished or appeared. Pictures of different sizes differ by 255.
 */
export function largestDifference(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) return 255;
  let largest = 0;
  for (let y = 0; y < a.height; y += BLOCK) {
    for (let x = 0; x < a.width; x += BLOCK) largest = Math.max(largest, Math.abs(average(a, x, y) - average(b, x, y)));
  }
  return Math.round(largest);
}

function average({ width, height, samples }: Picture, left: number, top: number): number {
  const right = Math.min(left + BLOCK, width) * CHANNELS;
  const bottom = Math.min(top + BLOCK, height);
  let [total, count] = [0, 0];
  for (let y = top; y < bottom; y += 1) {
    for (let x = left * CHANNELS; x < right; x += 1) {
      total += samples[y * width * CHANNELS + x] ?? 0;
      count += 1;
    }
  }
  return total / count;
}
