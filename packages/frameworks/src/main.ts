import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brokenRows } from './check.js';
import { differences } from './compare.js';
import { type FrameworksData, readData } from './data.js';

const USAGE = `npm run frameworks [folder of upstream files]
Checks the data of @evidence/frameworks and names every broken row. With a folder, also says how its JSON files differ from the data.`;

/** Upstream files have a few hundred kB. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

const [folder, ...others] = process.argv.slice(2);
process.exitCode = others.length > 0 || folder?.startsWith('-') ? refuse(USAGE) : check(readData(), folder);

/** 0 when the data is sound, whatever the differences; 1 when a row is broken; 2 when the folder cannot be read. */
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
    if (found === undefined) console.log(`${name}: not compared, as it has no catalog, tags or pairs.`);
    else console.log(`${name}: ${found.length === 0 ? 'no difference.' : `differences: ${found.length}`}`);
    for (const sentence of found ?? []) console.log(`  ${sentence}`);
  }
}

function upstreamFile(path: string): unknown {
  const { size } = statSync(path);
  if (size > FILE_BYTES_MAX) throw new Error(`${path} has ${size} bytes; at most ${FILE_BYTES_MAX} are read.`);
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} is no JSON (${error instanceof Error ? error.message : error}).`);
  }
}

function refuse(text: string): number {
  console.error(text);
  return 2;
}
