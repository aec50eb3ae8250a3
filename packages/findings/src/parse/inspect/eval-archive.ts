import type { FileHandle } from 'node:fs/promises';
import { pipeline, type Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
// yauzl: reads a zip from its central directory, as is required, without native code; widely used since 2014.
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { ImportRefusal } from '../../import-refusal.js';
import { archiveSays } from '../../sentences/files.js';
import { openUnlinked } from '../spool.js';
import { oneLine } from '../text.js';

/** Entries of an archive; a log has one per sample and a few more. */
const ENTRIES_MAX = 200_000;
/**
 * One unpacked entry, such as a sample with its whole transcript. 200 MiB, because there Inspect begins another zstd frame
 * (inspect_ai/_util/zipfile.py, 0.3.285), and Node.js (24.21) reads only the first.
 */
const ENTRY_BYTES_MAX = 200 * 1024 * 1024;
/** An archive may unpack to this many times its size, plus `ROOM_BYTES`. Inspect logs reach about 10 times. */
const RATIO_MAX = 100;
const ROOM_BYTES = 16 * 1024 * 1024;

/** APPNOTE.TXT §4.4.5. Inspect packs with zstd (0.3.285). */
const STORED = 0;
const DEFLATED = 8;
const ZSTD = 93;

/**
 * A zip archive that came as a stream. It is stored in an unlinked temporary file, because the directory of a zip is at its end. Unpacked
 * bytes are counted as they come, since headers may be wrong.
 */
export class EvalArchive implements AsyncDisposable {
  #roomBytes: number;

  private constructor(
    private readonly file: FileHandle,
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    sizeBytes: number,
  ) {
    this.#roomBytes = RATIO_MAX * sizeBytes + ROOM_BYTES;
  }

  /** Throws `ImportRefusal`: `malformed` if it is not a complete zip archive, `archive_too_large`. */
  static async open(source: AsyncIterable<Uint8Array>): Promise<EvalArchive> {
    const file = await openUnlinked();
    try {
      let sizeBytes = 0;
      for await (const chunk of source) {
        await file.write(chunk);
        sizeBytes += chunk.byteLength;
      }
      const { zip, entries } = await directoryOf(file);
      return new EvalArchive(file, zip, entries, sizeBytes);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  names(): string[] {
    return [...this.entries.keys()];
  }

  /** The contents of an entry. Throws `ImportRefusal`: `malformed`, `compressed` (by an unsupported method), `archive_too_large`. */
  async *read(name: string): AsyncGenerator<Uint8Array> {
    const entry = this.entries.get(name);
    if (!entry) return;
    if (entry.uncompressedSize > ENTRY_BYTES_MAX) throw tooLarge(archiveSays.entryTooLarge(entry.uncompressedSize));
    let sizeBytes = 0;
    try {
      for await (const chunk of await this.#unpacked(entry)) {
        sizeBytes += chunk.byteLength;
        this.#roomBytes -= chunk.byteLength;
        if (sizeBytes > ENTRY_BYTES_MAX || this.#roomBytes < 0) throw tooLarge(archiveSays.expandsTooMuch);
        yield chunk;
      }
      if (sizeBytes !== entry.uncompressedSize) throw new Error(archiveSays.otherSize(name));
    } catch (error) {
      throw broken(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.file.close();
  }

  async #unpacked(entry: Entry): Promise<Readable> {
    const packed = await this.zip.openReadStreamPromise(entry, { decodeFileData: false });
    const unpack = unpackerOf(entry);
    // Errors surface at the readable end.
    return unpack ? pipeline(packed, unpack, () => {}) : packed;
  }
}

interface Directory {
  readonly zip: ZipFile;
  /** In the order in which they were first written. If an entry was written again, the last one counts, as in Inspect. */
  readonly entries: ReadonlyMap<string, Entry>;
}

async function directoryOf(file: FileHandle): Promise<Directory> {
  const entries = new Map<string, Entry>();
  try {
    // The library must not decode names, because it refuses those that lead out of a folder. Nothing is written to a folder here.
    const zip = await yauzl.fromFdPromise(file.fd, { autoClose: false, lazyEntries: true, decodeStrings: false });
    if (zip.entryCount > ENTRIES_MAX) throw tooLarge(archiveSays.tooManyEntries(ENTRIES_MAX));
    for await (const entry of zip.eachEntry()) entries.set(nameOf(entry), entry);
    return { zip, entries };
  } catch (error) {
    throw broken(error);
  }
}

/** The name as it was written, because it contains the id of a sample, which may have any characters. */
const nameOf = ({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string =>
  yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);

function unpackerOf(entry: Entry): Transform | undefined {
  const { compressionMethod: method } = entry;
  if (!entry.isEncrypted()) {
    if (method === STORED) return undefined;
    if (method === DEFLATED) return zlib.createInflateRaw();
    // Node.js 22.15 and later.
    if (method === ZSTD && typeof zlib.createZstdDecompress === 'function') return zlib.createZstdDecompress();
  }
  throw new ImportRefusal('compressed', archiveSays.cannotUnpack(method), { compressionMethod: method });
}

/** The refusal of a faulty archive, wherever the fault was noticed. */
function broken(error: unknown): ImportRefusal {
  if (error instanceof ImportRefusal) return error;
  return new ImportRefusal('malformed', archiveSays.corrupt(oneLine(String(error), 200)));
}

const tooLarge = (message: string): ImportRefusal =>
  new ImportRefusal('archive_too_large', message, { ratioMax: RATIO_MAX });
