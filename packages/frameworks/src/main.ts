import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { archive } from './archive.js';
import { brokenRows } from './check.js';
import { differences } from './compare.js';
import type { FrameworksData } from './data.js';
import { readData } from './load.js';

const USAGE = `npm run frameworks [-- archive | folder of upstream files]
Checks the data of @evidence/frameworks and names every broken row. With a folder, also reports how its JSON files differ from the data.
"archive" stores the data in the archive, from which reports are made again later; run it once for each release of the data. If your
folder is called archive, write ./archive.`;

/** Upstream files are a few hundred kB. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

const [folder, ...others] = process.argv.slice(2);
if (others.length > 0 || folder?.startsWith('-')) process.exitCode = refuse(USAGE);
else if (folder === 'archive') process.exitCode = check(readData(), undefined) || keep(readData());
else process.exitCode = check(readData(), folder);

function keep(data: FrameworksData): number {
  const { sha256, isNew } = archive(data);
  console.log(`The data of ${data.version} is ${isNew ? 'now' : 'already'} in the archive, as ${sha256}.`);
  return 0;
}

/** 0 if the data is sound, even if there are differences; 1 if a row is broken; 2 if the folder cannot be read. */
function check(data: FrameworksData, from: string | undefined): number {
  const broken = brokenRows(data);
  for (const sentence of broken) console.error(sentence);
  console.log(`${summaryOf(data)} ${broken.length === 0 ? 'All rows are sound.' : `Broken rows: ${broken.length}.`}`);
  try {
    if (from !== undefined) printDifferences(from, data);
  } catch (error) {
    return refuse(`${from} cannot be compared: ${error instanceof Error ? error.message : error}`);
  }
  return broken.length === 0 ? 0 : 1;
}

function summaryOf({ catalogs, pairs, successions, tagTables }: FrameworksData): string {
  const entries = catalogs.reduce((sum, each) => sum + each.controls.length + (each.otherEntries?.length ?? 0), 0);
  const tools = tagTables.map(({ tool, versions }) => `${tool} ${versions.to}`).join(' and ');
  return `${catalogs.length} catalogs with ${entries} entries, ${pairs.length} pairs, ${successions.length} successions, tags of ${tools}.`;
}

function printDifferences(from: string, data: FrameworksData): void {
  for (const name of readdirSync(from)
    .filter((each) => each.endsWith('.json'))
    .sort()) {
    const found = differences(upstreamFile(join(from, name)), data);
    if (found === undefined) console.log(`${name}: not compared, because it has no catalog, tags or pairs.`);
    else console.log(`${name}: ${found.length === 0 ? 'no differences.' : `differences: ${found.length}`}`);
    for (const sentence of found ?? []) console.log(`  ${sentence}`);
  }
}

function upstreamFile(path: string): unknown {
  const { size } = statSync(path);
  if (size > FILE_BYTES_MAX) throw new Error(`${path} has ${size} bytes; the limit is ${FILE_BYTES_MAX}.`);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} is not valid JSON (${error instanceof Error ? error.message : error}).`);
  }
}

function refuse(text: string): number {
  console.error(text);
  return 2;
}
