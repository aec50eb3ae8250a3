import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from './agreement.ts';

const FOLDER = join(import.meta.dirname, '..', 'vectors', 'crosswalk-oracle');

/** All mappings by others that are kept for the comparison, by file name. */
export const readSources = (): Source[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Source);
