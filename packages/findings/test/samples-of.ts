import { readFileSync } from 'node:fs';
import type { ImportOptions } from '../src/parse/index.js';
import { checkScan, type Imported, imported, inChunks } from './importing.js';

/** A file that the tool itself has written, see samples/README.md. */
export const sampleOf = (name: string): Buffer => readFileSync(new URL(`samples/${name}`, import.meta.url));

/** After all of them were written. */
const IMPORTED_AT = '2026-11-30T10:00:00.000Z';

/** It, imported with its format detected, and in order. */
export async function sampleImported(name: string, more: Partial<ImportOptions> = {}): Promise<Imported> {
  const file = await imported(inChunks(sampleOf(name)), { format: undefined, importedAt: IMPORTED_AT, ...more });
  checkScan(file);
  return file;
}
