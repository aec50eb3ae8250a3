import { readFileSync } from 'node:fs';
import type { ImportOptions } from '../src/parse/index.js';
import { checkScan, type Imported, imported, inChunks } from './importing.js';

/** A file that the tool itself wrote, see samples/README.md. */
export const sampleOf = (name: string): Buffer => readFileSync(new URL(`samples/${name}`, import.meta.url));

/** An instant after all of them were written. */
const IMPORTED_AT = '2026-11-30T10:00:00.000Z';

/** The imported file, with its format detected, after `checkScan`. */
export async function sampleImported(name: string, more: Partial<ImportOptions> = {}): Promise<Imported> {
  const file = await imported(inChunks(sampleOf(name)), { format: undefined, importedAt: IMPORTED_AT, ...more });
  checkScan(file);
  return file;
}
