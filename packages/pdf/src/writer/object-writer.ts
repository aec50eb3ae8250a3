import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createDeflate, deflateSync } from 'node:zlib';
import { CrossReference } from './cross-reference.js';
import { openSignature, type Signature } from './signature.js';
import { type Ref, reference } from './syntax.js';

/**
 * zlib's default level, 6, takes three times as long for 8 % fewer bytes. A chunk holds what a page becomes, so that nothing is joined (measured
 * 2026-11 on a pack of 50,000 findings).
 */
const DEFLATE = { level: 4, chunkSize: 64 * 1024 } as const;

/** Small objects per object stream: more of them make the file smaller but each look-up slower. */
const OBJECTS_PER_STREAM = 200;

/** The comment tells file transfer programs that the file is binary (ISO 32000-1, 7.5.2; required by ISO 19005-3, 6.1.2). */
const HEADER = Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1');

export interface Trailer {
  readonly root: Ref;
  readonly info: Ref;
}

/**
 * Writes the objects of a PDF in any order, once each, and forgets them, except for 7 bytes per object for the
 * cross-reference stream (ISO 32000-1, 7.5.8). Dictionaries go into object streams (7.5.7). The owner takes the bytes
 * with `take` whenever there are enough of them.
 */
export class ObjectWriter {
  readonly #hash = createHash('sha256');
  readonly #crossReference = new CrossReference();
  #ready: Uint8Array[] = [];
  #readyBytes = 0;
  #written = 0;
  #grouped: { readonly ref: Ref; readonly value: string }[] = [];

  constructor() {
    this.#write(HEADER);
  }

  /** Bytes that have not been taken yet. */
  get pending(): number {
    return this.#readyBytes;
  }

  take(): Uint8Array {
    const bytes = Buffer.concat(this.#ready);
    this.#ready = [];
    this.#readyBytes = 0;
    return bytes;
  }

  /** A number for an object that is written later; others may already refer to it. */
  reserve(): Ref {
    return this.#crossReference.reserve();
  }

  /** Writes a dictionary or an array, compressed together with its neighbours. */
  add(ref: Ref, value: string): void {
    this.#grouped.push({ ref, value });
    if (this.#grouped.length >= OBJECTS_PER_STREAM) this.#writeGroup();
  }

  /** Writes an object as plain bytes, outside any object stream. */
  addPlain(ref: Ref, value: string): void {
    this.#begin(ref);
    this.#write(latin1(`${value}\nendobj\n`));
  }

  addStream(ref: Ref, entries: string, bytes: Uint8Array): void {
    this.#addEncoded(ref, `${entries}/Filter/FlateDecode`, deflateSync(bytes, DEFLATE));
  }

  /** XMP must be readable without decompression (ISO 19005-3, 6.6.2.1). */
  addUncompressedStream(ref: Ref, entries: string, bytes: Uint8Array): void {
    this.#addEncoded(ref, entries, bytes);
  }

  /** Writes a stream as it arrives; yields after each piece. Returns the number of bytes before compression. */
  async *addStreamOf(ref: Ref, entries: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<void, number> {
    const length = this.reserve();
    let size = 0;
    this.#begin(ref);
    this.#write(latin1(`<<${entries}/Filter/FlateDecode/Length ${reference(length)}>>stream\n`));
    const start = this.#written;
    for await (const bytes of deflated(source, (count) => (size += count))) {
      this.#write(bytes);
      yield;
    }
    const end = this.#written;
    this.#write(latin1('\nendstream\nendobj\n'));
    this.add(length, String(end - start));
    return size;
  }

  /**
   * Ends the file: signature, cross-reference stream, trailer. The signature dictionary comes last, so that everything before
   * it is hashed as it is written and nothing is read again.
   */
  async finish(trailer: Trailer, signature?: Signature): Promise<void> {
    this.#writeGroup();
    const id = this.#hash.copy().digest('hex').slice(0, 32).toUpperCase();
    const gap = signature && openSignature(signature, this.#written);
    if (gap) this.#crossReference.place(gap.ref, this.#written);
    const start = this.#written + (gap?.dictionary.length ?? 0);
    const entries = `/Root ${reference(trailer.root)}/Info ${reference(trailer.info)}/ID[<${id}><${id}>]`;
    const crossReference = this.#crossReference.encode(start, entries, (rows) => deflateSync(rows, DEFLATE));
    this.#write(gap ? await gap.sign(this.#hash, crossReference) : crossReference);
  }

  #writeGroup(): void {
    if (this.#grouped.length === 0) return;
    const stream = this.reserve();
    let index = '';
    let values = '';
    this.#grouped.forEach(({ ref, value }, i) => {
      index += `${ref} ${values.length} `;
      values += `${value}\n`;
      this.#crossReference.placeInStream(ref, stream, i);
    });
    const entries = `/Type/ObjStm/N ${this.#grouped.length}/First ${index.length}`;
    this.#grouped = [];
    this.addStream(stream, entries, latin1(index + values));
  }

  #addEncoded(ref: Ref, entries: string, bytes: Uint8Array): void {
    this.#begin(ref);
    this.#write(latin1(`<<${entries}/Length ${bytes.length}>>stream\n`));
    this.#write(bytes);
    this.#write(latin1('\nendstream\nendobj\n'));
  }

  #begin(ref: Ref): void {
    this.#crossReference.place(ref, this.#written);
    this.#write(latin1(`${ref} 0 obj\n`));
  }

  #write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#ready.push(bytes);
    this.#readyBytes += bytes.length;
    this.#written += bytes.length;
  }
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

function deflated(source: AsyncIterable<Uint8Array>, count: (bytes: number) => void): AsyncIterable<Uint8Array> {
  const deflate = createDeflate(DEFLATE);
  const counted = async function* () {
    for await (const bytes of source) {
      count(bytes.length);
      yield bytes;
    }
  };
  // An error of the source also destroys the deflater, and so reaches its reader.
  pipeline(Readable.from(counted()), deflate, () => {});
  return deflate;
}
