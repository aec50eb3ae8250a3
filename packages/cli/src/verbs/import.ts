import { randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { getSystemErrorMessage } from 'node:util';
import { isValid } from '@evidence/contracts';
import type { EventLog } from '@evidence/event-store/log';
import { foreseen, type ImportedScan, ImportRefusal, type ImportResult } from '@evidence/findings';
import { importScan, type StatedTarget } from '@evidence/findings/parse';
import { recordScan } from '@evidence/findings/record';
import { loadFrameworks } from '@evidence/frameworks/load';
import { withEventStore } from '../event-store.js';
import { CommandFailure, usageFailure } from '../failure.js';
import { printable } from '../output.js';
import { ProgressLine, readingShown, recordingShown } from '../progress-line.js';
import { requireDisk, requireQuota } from '../room.js';
import { operatorOf, type Surroundings } from '../surroundings.js';
import { tenantSlug } from '../values.js';

/** A file of the wrong kind can cause thousands of warnings; the first ones show what is wrong. */
const WARNINGS_SHOWN_MAX = 10;

/** For a provider, a model and its version. The contract has the same limit. */
const NAME_CHARS_MAX = 128;

/** For refs and for tags. An import over HTTP returns all of them. */
const TAGS_SHOWN_MAX = 20;

interface ImportOptions {
  readonly format?: string;
  readonly tenant: string;
  readonly endpoint: string;
  readonly strict?: true;
  readonly dryRun?: true;
  readonly provider?: string;
  readonly model?: string;
  readonly modelVersion?: string;
  readonly systemPromptSha256?: string;
  readonly toolsSha256?: string;
  readonly passWhen?: string;
  readonly owaspLlmEdition?: string;
  readonly startedAt?: string;
}

/** `evidence import <file>`. Importing the same file again records nothing; an interrupted import is completed by the next one. */
export async function importFile(file: string, options: ImportOptions, surroundings: Surroundings): Promise<void> {
  const { stdout, stderr, now } = surroundings;
  using line = new ProgressLine(surroundings);
  await using imported = await read(file, options, now().toISOString(), line);
  line.clear();
  for (const warning of warningsOf(imported)) stderr.write(`${printable(warning)}\n`);
  if (options.format === undefined) stdout.write(`Detected format: ${imported.scan.format}.\n`);
  const result = options.dryRun
    ? await foreseen(imported)
    : await withEventStore(surroundings, async (store, { eventsFolder }) => {
        const { env } = surroundings;
        if (eventsFolder) await requireDisk(eventsFolder, env);
        await requireQuota(store, imported.scan, env);
        return record(recordingShown(store, imported.scan.counts.recorded + 1, line), imported, surroundings);
      });
  line.clear();
  stdout.write(summaryOf(imported, result));
  if (options.dryRun) stdout.write('This was a dry run: nothing was recorded.\n');
}

async function read(
  file: string,
  options: ImportOptions,
  importedAt: string,
  line: ProgressLine,
): Promise<ImportedScan> {
  const { format, endpoint: endpointId, passWhen } = options;
  const tenant = tenantSlug(options.tenant);
  if (!isValid('Vocabulary.v1', 'OpaqueId', endpointId)) {
    throw usageFailure(
      `"${endpointId}" is not an endpoint id: use 1 to 128 printable ASCII characters, without spaces.`,
    );
  }
  const source = await openFile(file);
  try {
    const frameworks = loadFrameworks();
    const strict = options.strict ?? false;
    const { size } = await source.stat();
    const pieces = readingShown(source.createReadStream(), size, line);
    const { owaspLlmEdition } = options;
    const startedAt = startOf(options);
    const target = targetOf(options);
    const read = { format, tenant, endpointId, importedAt, startedAt, frameworks, strict };
    return await importScan(pieces, { ...read, owaspLlmEdition, target, passWhen });
  } catch (error) {
    throw error instanceof ImportRefusal ? whoseFault(error, options) : error;
  } finally {
    await source.close();
  }
}

/** When the scan ran, as the command line states it. */
function startOf({ startedAt }: ImportOptions): string | undefined {
  if (startedAt === undefined || isValid('Vocabulary.v1', 'Instant', startedAt)) return startedAt;
  throw usageFailure(`--started-at "${startedAt}" is not an instant in UTC: write it as 2026-05-20T08:00:00Z.`);
}

/** What was tested, as the command line states it. */
function targetOf({ provider, model, modelVersion, systemPromptSha256, toolsSha256 }: ImportOptions): StatedTarget {
  for (const [option, text = ''] of Object.entries({
    '--provider': provider,
    '--model': model,
    '--model-version': modelVersion,
  }))
    if (text.length > NAME_CHARS_MAX) throw usageFailure(`${option} must have at most ${NAME_CHARS_MAX} characters.`);
  for (const [option, text] of Object.entries({
    '--system-prompt-sha256': systemPromptSha256,
    '--tools-sha256': toolsSha256,
  }))
    if (text !== undefined && !isValid('Vocabulary.v1', 'Sha256', text))
      throw usageFailure(`${option} must be a SHA-256 in lower-case hex (64 characters), not "${text}".`);
  return {
    ...(provider && { provider }),
    ...(model && { model }),
    ...(modelVersion && { modelVersion }),
    ...(systemPromptSha256 !== undefined && { systemPromptSha256 }),
    ...(toolsSha256 !== undefined && { toolsSha256 }),
  };
}

/** Tells a wrong option from a wrong file. */
function whoseFault(refusal: ImportRefusal, { format, passWhen, owaspLlmEdition }: ImportOptions): Error {
  const { code, message, cause = refusal } = refusal;
  if (code === 'format_not_supported') return usageFailure(`--format ${format}: ${message}`, { cause });
  if (code === 'edition_unknown') return usageFailure(`--owasp-llm-edition ${owaspLlmEdition}: ${message}`, { cause });
  if (code === 'pass_rule_malformed' || code === 'option_not_supported')
    return usageFailure(`--pass-when ${passWhen}: ${message}`, { cause });
  return refusal;
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file);
    if (!(await handle.stat()).isDirectory()) return handle;
    await handle.close();
    throw new CommandFailure(`${file} is a folder; name a file in it.`);
  } catch (cause) {
    if (cause instanceof CommandFailure) throw cause;
    const { errno, message } = cause as NodeJS.ErrnoException;
    const reason = errno === undefined ? message : getSystemErrorMessage(errno);
    throw new CommandFailure(`${file} cannot be read: ${reason}.`, { cause });
  }
}

function record(store: EventLog, imported: ImportedScan, { now }: Surroundings): Promise<ImportResult> {
  const { tenant, scanId } = imported.scan;
  const occurredAt = now().toISOString();
  const provenance = { tenant, correlationId: scanId, causationId: randomUUID(), occurredAt, actor: operatorOf() };
  return recordScan({ store, imported, provenance });
}

function warningsOf({ scan, warnings }: ImportedScan): string[] {
  const lines = [
    ...warnings.map(({ message, line }) => (line === undefined ? message : `Line ${line}: ${message}`)),
    ...scan.discrepancies.map(
      ({ subject, stated, counted }) =>
        `${subject}: the file states ${stated}, but its rows add up to ${counted}; both are recorded.`,
    ),
  ];
  const more = lines.length - WARNINGS_SHOWN_MAX;
  return more > 0 ? [...lines.slice(0, WARNINGS_SHOWN_MAX), `… and ${more} more like these.`] : lines;
}

function summaryOf({ scan }: ImportedScan, result: ImportResult): string {
  const { scanId, counts, evaluated, evaluations, run, refs, unresolvedTags, unreadMembers } = result;
  const { findingsWithoutControl: without } = result;
  const { name, version } = scan.tool;
  const skipped = Object.entries(counts.skipped).filter(([, count]) => count > 0);
  const reasons = skipped.map(([reason, count]) => `${count} ${reason}`).join(', ');
  const seenBefore = counts.observed ? `, ${counts.observed} of them seen before` : '';
  const recorded =
    counts.in === 0 ? 'no findings' : `${counts.recorded} of ${counts.in} rows recorded as findings${seenBefore}`;
  return [
    `Scan ${scanId} of ${scan.endpointId} (${printable(`${name} ${version}`.trim())}): ${recorded}.`,
    ...(reasons ? [`Not recorded: ${reasons.replaceAll('_', ' ')}.`] : []),
    testedIn(evaluated, evaluations),
    ...(run.outcome === 'incomplete' ? [`The scan is incomplete, so it makes no control clean: ${gapsIn(run)}`] : []),
    ...(scan.targets?.length ? [] : ['Target not stated: neither the file nor the command line says what was tested.']),
    ...(scan.startedAt === null ? [NOT_DATED] : []),
    ...(scan.zoneNotStated
      ? [`The file states its time without a time zone. It is taken as UTC (${scan.startedAt}), and reports say so.`]
      : []),
    ...copiesIn(scan, result),
    ...listed(
      'Controls named',
      refs.map(({ ref }) => ref),
    ),
    ...(without > 0
      ? [
          `Findings that name no control: ${grouped(without)} of ${grouped(scan.counts.recorded)}. Reports cannot map these to a control. To change that, add tags in the scanner or in the file.`,
        ]
      : []),
    ...listed(
      'Members that were not read',
      unreadMembers.map(({ name, count }) => `${name} (${count})`),
    ),
    ...listed(
      'Tags that name no known control',
      unresolvedTags.map(({ tag }) => tag),
    ),
    '',
  ].join('\n');
}

const NOT_DATED =
  'The time of the scan is unknown: neither the file nor --started-at states it. So the scan does not reopen fixed findings, and does not show that others are gone.';

/** Other copies of the run, which were found while recording. */
const copiesIn = (scan: ImportedScan['scan'], { discrepancies }: ImportResult): string[] =>
  discrepancies.slice(scan.discrepancies.length).map(({ subject }) => `Note: ${printable(subject)}.`);

function listed(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length - TAGS_SHOWN_MAX;
  const shown = names.slice(0, TAGS_SHOWN_MAX).map(printable).join(', ');
  return [`${what}: ${shown}${more > 0 ? ` and ${more} more` : ''}.`];
}

/** 12345 → `12,345`. */
const grouped = (n: number): string => n.toLocaleString('en-GB');

const gapsIn = ({ problems }: ImportResult['run']): string => problems.map(printable).join(' ');

function testedIn(evaluated: boolean, { total, passed, failed }: ImportResult['evaluations']): string {
  if (!evaluated) return 'No evaluation in this file has a verdict, so nothing counts as tested.';
  if (total === null || passed === null)
    return `At least ${failed} failed; the file does not say how many evaluations passed.`;
  return `${total} evaluations: ${passed} passed, ${failed} failed.`;
}
