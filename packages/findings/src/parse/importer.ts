import type { ScanParser } from '../parsed-scan.js';
import type { Head } from './head.js';

/** A format that can be imported. */
export interface Importer {
  /** What callers name it by, and what is recorded: the contract's `ScanFormat`. */
  readonly format: string;
  /** What people call it. */
  readonly title: string;
  /** Whether a file that begins like this is of the format. It must say no to the files of every other importer. */
  readonly looksLike: (head: Head) => boolean;
  readonly parse: ScanParser;
  /** The tool itself packs its files; `parse` gets the archive. Files of other formats are refused when packed. */
  readonly packedWith?: 'zip';
  /** `parse` heeds `passWhen`. */
  readonly readsPassRule?: true;
}
