import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256Of } from '@evidence/contracts';
import type { FrameworksData } from './data.js';
import { frameworksOf, type RuleArchive } from './frameworks.js';
import { canonicalData, rulesOf } from './rules.js';

/** The archive does not have the requested rule set. The installation must be corrected. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  readonly code = 'rule_set_missing';
}

const SUFFIX = '.json.gz';
/** The data of a release is about a megabyte. */
const DATA_BYTES_MAX = 64 * 1024 * 1024;

// `../data` from src and from dist alike.
export const ARCHIVE_FOLDER = fileURLToPath(new URL('../data/archive', import.meta.url));

export function openArchive(folder = ARCHIVE_FOLDER): RuleArchive {
  return {
    digests: () =>
      readdirSync(folder)
        .filter((file) => file.endsWith(SUFFIX))
        .map((file) => file.slice(0, -SUFFIX.length))
        .sort(),
    load: (sha256) => frameworksOf(read(folder, sha256)),
  };
}

/** Stores the data in `folder`, unless it is already there, and returns its digest. */
export function archive(data: FrameworksData, folder = ARCHIVE_FOLDER): { sha256: string; isNew: boolean } {
  const { sha256 } = rulesOf(data);
  const file = join(folder, `${sha256}${SUFFIX}`);
  if (existsSync(file)) return { sha256, isNew: false };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, gzipSync(canonicalData(data), { level: 9 }));
  return { sha256, isNew: true };
}

function read(folder: string, sha256: string): FrameworksData {
  const file = join(folder, `${sha256}${SUFFIX}`);
  if (!/^[0-9a-f]{64}$/.test(sha256) || !existsSync(file))
    throw new ArchiveError(`The archive has no rule set ${sha256}: install a release that keeps it.`);
  const bytes = bytesOf(file);
  if (sha256Of(bytes) !== sha256)
    throw new ArchiveError(`${file} is damaged: its content has another digest than its name.`);
  return JSON.parse(bytes.toString('utf8'));
}

function bytesOf(file: string): Buffer {
  try {
    return gunzipSync(readFileSync(file), { maxOutputLength: DATA_BYTES_MAX });
  } catch (cause) {
    throw new ArchiveError(`${file} is damaged: it cannot be decompressed.`, { cause });
  }
}
