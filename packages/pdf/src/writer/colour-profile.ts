/**
 * The sRGB colour space as an ICC profile, version 2.1 (ICC.1:2001-04), which PDF/A uses as output intent. It is
 * computed from the published figures of IEC 61966-2-1, adapted to D50, so that no vendor's profile or licence is needed.
 */
export function srgbProfile(): Buffer {
  const curve = toneCurve();
  const tags: readonly (readonly [signature: string, data: Buffer])[] = [
    ['desc', description('sRGB IEC61966-2.1')],
    ['cprt', Buffer.concat([Buffer.from('text\0\0\0\0'), Buffer.from('No copyright, use freely\0')])],
    ['wtpt', xyz(0.9642, 1, 0.8249)],
    ['rXYZ', xyz(0.43607, 0.22249, 0.01392)],
    ['gXYZ', xyz(0.38515, 0.71687, 0.09708)],
    ['bXYZ', xyz(0.14307, 0.06061, 0.7141)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const table = Buffer.alloc(4 + tags.length * TAG_ENTRY_BYTES);
  table.writeUInt32BE(tags.length);
  const placed = new Map<Buffer, number>();
  const bodies: Buffer[] = [];
  let end = HEADER_BYTES + table.length;
  tags.forEach(([signature, data], i) => {
    if (!placed.has(data)) {
      placed.set(data, end);
      bodies.push(data, Buffer.alloc(-data.length & 3));
      end += data.length + (-data.length & 3);
    }
    const at = 4 + i * TAG_ENTRY_BYTES;
    table.write(signature, at, 'latin1');
    table.writeUInt32BE(placed.get(data)!, at + 4);
    table.writeUInt32BE(data.length, at + 8);
  });
  return Buffer.concat([header(end), table, ...bodies]);
}

const HEADER_BYTES = 128;
const TAG_ENTRY_BYTES = 12;
const CURVE_POINTS = 1024;

function header(size: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeUInt32BE(size, 0);
  bytes.writeUInt32BE(0x02100000, 8);
  bytes.write('mntrRGB XYZ ', 12, 'latin1');
  // The creation date is that of the standard, not of the render.
  [1999, 10, 1, 0, 0, 0].forEach((part, i) => {
    bytes.writeUInt16BE(part, 24 + 2 * i);
  });
  bytes.write('acsp', 36, 'latin1');
  fixed(0.9642, 1, 0.8249).copy(bytes, 68);
  return bytes;
}

/** textDescriptionType: ASCII, then empty Unicode and ScriptCode texts. */
function description(text: string): Buffer {
  const bytes = Buffer.alloc(12 + text.length + 1 + 78);
  bytes.write('desc', 0, 'latin1');
  bytes.writeUInt32BE(text.length + 1, 8);
  bytes.write(text, 12, 'latin1');
  return bytes;
}

const xyz = (x: number, y: number, z: number): Buffer => Buffer.concat([Buffer.from('XYZ \0\0\0\0'), fixed(x, y, z)]);

/** s15Fixed16Number. */
function fixed(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeInt32BE(Math.round(value * 65_536), i * 4);
  });
  return bytes;
}

/** IEC 61966-2-1, 5.2: linear near black, then a power of 2.4. */
function toneCurve(): Buffer {
  const bytes = Buffer.alloc(12 + CURVE_POINTS * 2);
  bytes.write('curv', 0, 'latin1');
  bytes.writeUInt32BE(CURVE_POINTS, 8);
  for (let i = 0; i < CURVE_POINTS; i++) {
    const encoded = i / (CURVE_POINTS - 1);
    const linear = encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
    bytes.writeUInt16BE(Math.round(linear * 65_535), 12 + i * 2);
  }
  return bytes;
}
