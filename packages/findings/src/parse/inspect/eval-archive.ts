import type { FileHandle } from 'node:fs/promises';
import { pipeline, type Readable, type Transform } from 'node:stream';
import zlib from 'node:zlib';
// yauzl: reads a zip from its central directory, as a zip must be read, without native code; in use everywhere since 2014.
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { ImportRefusal } from '../../import-refusal.js';
import { openUnlinked } from '../spool.js';
import { oneLine } from '../text.js';

/** Entries of an archive; a log has one for each sample and some more. */
const ENTRIES_MAX = 200_000;
/**
 * One entry, unpacked: a sample with its whole transcript. 200 MiB: there Inspect begins another frame of zstd (inspect_ai/_util/zipfile.py,
 * 0.3.285), and Node.js reads only the first (24.21).
 */
const ENTRY_BYTES_MAX = 200 * 1024 * 1024;
/** All that is read of an archive may unpack to so many times its size, and to this much more. Logs of Inspect come to about 10. */
const RATIO_MAX = 100;
const ROOM_BYTES = 16 * 1024 * 1024;

/** APPNOTE.TXT §4.4.5. Inspect packs with zstd (0.3.285). */
const STORED = 0;
const DEFLATED = 8;
const ZSTD = 93;

/**
 * A zip archive that came as a stream. It lies in an unlinked temporary file, as the directory of a zip is at its end. What is unpacked is
 * counted as it comes, whatever the headers say.
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

  /** Throws `ImportRefusal` `malformed` for what is no zip archive or is cut off, and `archive_too_large`. */
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

  /** What an entry holds. Throws `ImportRefusal`: `malformed`, `compressed` (in a way that cannot be unpacked), `archive_too_large`. */
  async *read(name: string): AsyncGenerator<Uint8Array> {
    const entry = this.entries.get(name);
    if (!entry) return;
    if (entry.uncompressedSize > ENTRY_BYTES_MAX) throw tooLarge(`has an entry of ${entry.uncompressedSize} bytes`);
    let sizeBytes = 0;
    try {
      for await (const chunk of await this.#unpacked(entry)) {
        sizeBytes += chunk.byteLength;
        this.#roomBytes -= chunk.byteLength;
        if (sizeBytes > ENTRY_BYTES_MAX || this.#roomBytes < 0) throw tooLarge('expands to more than a log may have');
        yield chunk;
      }
      if (sizeBytes !== entry.uncompressedSize) throw new Error(`${name} is not as large as the archive says`);
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
    // Errors come out of the end that is read.
    return unpack ? pipeline(packed, unpack, () => {}) : packed;
  }
}

interface Directory {
  readonly zip: ZipFile;
  /** In the order in which they were first written; where one was written again, the last counts, as it does for Inspect. */
  readonly entries: ReadonlyMap<string, Entry>;
}

async function directoryOf(file: FileHandle): Promise<Directory> {
  const entries = new Map<string, Entry>();
  try {
    // Names are not decoded by the library, as it refuses those that lead out of a folder; nothing is written to a folder here.
    const zip = await yauzl.fromFdPromise(file.fd, { autoClose: false, lazyEntries: true, decodeStrings: false });
    if (zip.entryCount > ENTRIES_MAX) throw tooLarge(`more than ${ENTRIES_MAX} entries`);
    for await (const entry of zip.eachEntry()) entries.set(nameOf(entry), entry);
    return { zip, entries };
  } catch (error) {
    throw broken(error);
  }
}

/** As it was written: an id of a sample is part of it, whatever it holds. */
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
  const message = `The archive is encrypted or uses a compression method (${method}) that is not supported. Convert the log to JSON with \`inspect log convert --to json\`.`;
  throw new ImportRefusal('compressed', message, { compressionMethod: method });
}

/** A fault of the archive, wherever it was noticed. */
function broken(error: unknown): ImportRefusal {
  if (error instanceof ImportRefusal) return error;
  const message = `The zip archive is corrupt (${oneLine(String(error), 200)}). Nothing was recorded. Export it again.`;
  return new ImportRefusal('malformed', message);
}

const tooLarge = (what: string): ImportRefusal =>
  new ImportRefusal('archive_too_large', `The archive ${what}. Split the log.`, { ratioMax: RATIO_MAX });
