import type { ScanParser } from '../parsed-scan.js';
import type { Head } from './head.js';

/** A format that can be imported. */
export interface Importer {
  /** The name that callers use and that is recorded: the contract's `ScanFormat`. */
  readonly format: string;
  /** The name in sentences. */
  readonly title: string;
  /** Whether a file that begins like this has the format. It must return false for the files of every other importer. */
  readonly looksLike: (head: Head) => boolean;
  readonly parse: ScanParser;
  /** The tool itself packs its files, and `parse` gets the archive. Packed files of other formats are refused. */
  readonly packedWith?: 'zip';
  /** `parse` uses `passWhen`. */
  readonly readsPassRule?: true;
}
