import { readFileSync } from 'node:fs';
import { BrokenDataError, brokenRows } from './check.js';
import { readPairs } from './crosswalk-data.js';
import type { Catalog, FrameworksData, Succession, TagTableData } from './data.js';
import { type Frameworks, frameworksOf } from './frameworks.js';
import type { DefaultEditions } from './requested.js';

export { ArchiveError, openArchive } from './archive.js';

let data: FrameworksData | undefined;

function sound(read: FrameworksData): FrameworksData {
  const broken = brokenRows(read);
  if (broken.length > 0) throw new BrokenDataError(broken);
  return read;
}

/**
 * The frameworks of the package's own data folder, read and checked on first use; throws `BrokenDataError` for a broken row. `defaults` are the
 * editions of requests that name none; otherwise, an `OWASP_LLM` without an edition means 2025.
 */
export function loadFrameworks(defaults: DefaultEditions = {}): Frameworks {
  data ??= sound(readData());
  return frameworksOf(data, defaults);
}

/** The day on which the data folder was last changed. */
const DATA_VERSION = '2026-11-30';

const CATALOG_FILES = [
  'OWASP_LLM-2023',
  'OWASP_LLM-2025',
  'OWASP_LLM-2026',
  'OWASP_AGENTIC-2026',
  'MITRE_ATLAS-2026.07',
  'MITRE_ATLAS-2026.09',
  'NIST_AI_600_1-1.0',
  'EU_AI_ACT-2024-1689',
  'EU_AI_ACT-2024-1689-2026-07-27',
  'ISO_42001-2023',
] as const;

/** Reads the package's data folder, about 1 MB. Throws errors of the file system and of JSON, which mean that the installation is broken. */
export function readData(): FrameworksData {
  return {
    version: DATA_VERSION,
    catalogs: CATALOG_FILES.map((name) => readJson<Catalog>(`catalogs/${name}.json`)),
    pairs: readPairs(readJson),
    successions: readJson<{ successors: Succession[] }>('owasp-llm-editions.json').successors,
    tagTables: (['garak', 'promptfoo', 'deepteam'] as const).map((tool) => readJson<TagTableData>(`tags/${tool}.json`)),
  };
}

// `../data` from src and from dist alike.
function readJson<T>(path: string): T {
  const text = readFileSync(new URL(`../data/${path}`, import.meta.url), 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`data/${path} is not valid JSON (${error instanceof Error ? error.message : error}).`);
  }
}
