import { crc32 } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The packed bytes; default: stored uncompressed. */
  readonly packed?: Uint8Array;
  readonly method?: number;
  /** The unpacked size in the directory; default: the true one. */
  readonly sizeBytes?: number;
}

/** A zip archive (APPNOTE.TXT §4.3), also an invalid one. */
export function zipOf(...entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, packed = bytes, method = 0, sizeBytes = bytes.byteLength } of entries) {
    const fixed = Buffer.alloc(26);
    fixed.writeUInt16LE(45, 0);
    fixed.writeUInt16LE(method, 4);
    fixed.writeUInt32LE(crc32(bytes), 10);
    fixed.writeUInt32LE(packed.byteLength, 14);
    fixed.writeUInt32LE(sizeBytes, 18);
    fixed.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fixed, Buffer.from(name), packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u002d\u0000'), fixed, place, Buffer.from(name)]));
    locals.push(local);
    offset += local.byteLength;
  }
  const sizeBytes = directory.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(sizeBytes, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...directory, Buffer.from('PK\u0005\u0006'), end]);
}
