import type { Frameworks } from '@evidence/frameworks';
import { ImportRefusal } from '../../import-refusal.js';
import type { ParsedScan, ScanSource, Told } from '../../parsed-scan.js';
import { archiveSays } from '../../sentences/files.js';
import { type Picking, picksOf } from '../json/picks.js';
import { withoutNumbersOfPython } from '../json/python-numbers.js';
import { readingRows } from '../judged-rows.js';
import { isZip } from '../source-file.js';
import { oneLine } from '../text.js';
import { EvalArchive } from './eval-archive.js';
import { EvalLog } from './eval-log.js';

/** Large members that do not affect a verdict, at any depth. */
const IGNORED: ReadonlySet<string> = new Set([
  'attachments',
  'error_retries',
  'events',
  'events_data',
  'history',
  'logprobs',
  'messages',
  'model_args',
  'sample_ids',
  'store',
  'timelines',
  'traceback',
  'traceback_ansi',
  'transcript',
]);
/** The members of a log other than its samples; a start entry has only the first. */
const FACTS = ['eval', 'status', 'invalidated', 'results', 'stats', 'error'];
const SAMPLES = 'samples.*';
const LOG: Picking = { patterns: [...FACTS, SAMPLES], ignored: IGNORED };
const HEADER: Picking = { patterns: FACTS, ignored: IGNORED };
const SAMPLE: Picking = { patterns: [''], ignored: IGNORED };

/** Entries that a sentence names. */
const ENTRIES_TOLD_MAX = 3;
const ENTRY_NAME_CHARS_MAX = 60;

const HEADER_ENTRY = 'header.json';
const START_ENTRY = '_journal/start.json';
/** The id of a sample may contain slashes: `samples/owasp/1_epoch_1.json`. */
const SAMPLE_ENTRIES = /^samples\/.+\.json$/s;

/**
 * Reads an Inspect AI log, as `.json` or `.eval`. Rows are the scores of the samples, and the samples without scores. A score is a verdict
 * only under a pass rule: the caller's, or the one in the task's metadata. A finding is a score that does not pass.
 */
export function parseInspect(source: ScanSource, frameworks: Frameworks, told: Told): Promise<ParsedScan> {
  return readingRows(async (rows) => {
    const log = new EvalLog(frameworks, rows, told.passWhen);
    if (isZip(await source.head())) await readArchive(source, log);
    else await readJson(source, LOG, log);
    return log.scan();
  });
}

async function readJson(source: AsyncIterable<Uint8Array>, picking: Picking, log: EvalLog): Promise<void> {
  for await (const picks of picksOf(withoutNumbersOfPython(source), picking)) {
    for (const pick of picks) {
      if ('notUtf8' in pick) log.warnOfNotUtf8();
      else if (pick.pattern === SAMPLES || pick.pattern === '') await log.addSample(pick.value, pick.cut);
      else log.addFact(pick.pattern, pick.value);
    }
  }
}

/** The log of a run that is still going or was killed has no header, only a start entry. */
async function readArchive(source: AsyncIterable<Uint8Array>, log: EvalLog): Promise<void> {
  await using archive = await EvalArchive.open(source);
  const names = archive.names();
  const header = [HEADER_ENTRY, START_ENTRY].find((name) => names.includes(name));
  if (header === undefined) {
    const message = archiveSays.notALog(HEADER_ENTRY, START_ENTRY, held(names));
    throw new ImportRefusal('not_this_format', message, { entries: names.slice(0, 10) });
  }
  await readJson(archive.read(header), HEADER, log);
  for (const name of names.filter((one) => SAMPLE_ENTRIES.test(one))) await readJson(archive.read(name), SAMPLE, log);
}

/** The first entries of an archive, for a sentence about it. */
function held(names: readonly string[]): string {
  const told = names.slice(0, ENTRIES_TOLD_MAX).map((name) => oneLine(name, ENTRY_NAME_CHARS_MAX));
  return archiveSays.entries(told, names.length - told.length);
}
