import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ARCHIVE_FOLDER, archive, openArchive } from '../src/archive.js';
import { frameworksOf } from '../src/index.js';
import { loadFrameworks, readData } from '../src/load.js';

const current = loadFrameworks().rules;

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'evidence-archive-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('the data is in the archive; if not, raise DATA_VERSION and run npm run frameworks -- archive', () => {
  expect(openArchive().digests()).toContain(current.sha256);
});

test('every file of the archive matches its name, and can be loaded', () => {
  const kept = openArchive();
  for (const sha256 of kept.digests()) {
    const frameworks = kept.load(sha256);
    expect(frameworks.rules.sha256).toBe(sha256);
    expect(frameworks.crosswalk.pairs.length).toBeGreaterThan(0);
  }
  expect(kept.load(current.sha256).rules).toEqual(current);
});

test('other data is archived too, once, and read unchanged', async () => {
  const folder = await folderOf();
  const data = readData();
  const other = { ...data, version: '2027-01-15', pairs: data.pairs.slice(10) };
  expect(archive(data, folder).isNew).toBe(true);
  const { sha256, isNew } = archive(other, folder);
  expect(isNew).toBe(true);
  expect(archive(other, folder)).toEqual({ sha256, isNew: false });
  expect(await readdir(folder)).toHaveLength(2);
  const read = openArchive(folder).load(sha256);
  expect(read.rules).toEqual(frameworksOf(other).rules);
  expect(read.crosswalk).toEqual(frameworksOf(other).crosswalk);
});

test('data that is missing or damaged is an error', async () => {
  const folder = await folderOf();
  const kept = openArchive(folder);
  const as = (sha256: string) => join(folder, `${sha256}.json.gz`);
  expect(() => kept.load(current.sha256)).toThrow(/no rule set/);
  expect(() => kept.load('../../secret')).toThrow(/no rule set/);
  await copyFile(join(ARCHIVE_FOLDER, `${current.sha256}.json.gz`), as('0'.repeat(64)));
  expect(() => kept.load('0'.repeat(64))).toThrow(/another digest/);
  await writeFile(as('1'.repeat(64)), 'no gzip');
  expect(() => kept.load('1'.repeat(64))).toThrow(/cannot be decompressed/);
});
