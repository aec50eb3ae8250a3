import { createHash } from 'node:crypto';
import type { FindingRecorded, ScanRecorded, UnreadMember } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { foreignFileOf } from './foreign-files.js';
import { type Head, headOf } from './head.js';
import { findingIdOf, scanIdOf } from './ids.js';
import { ImportRefusal } from './import-refusal.js';
import type { Importer } from './importer.js';
import { importerNamed, importers, importersOf, undecided } from './importers.js';
import { FILE_BYTES_MAX, SCAN_BYTES_MAX } from './limits.js';
import type { ImportWarning, ParsedFinding, ParsedScan, Told } from './parsed-scan.js';
import { NEWER_VERSION } from './refs-of-tags.js';
import { assertNotOffice, assertText, isZip, SourceFile } from './source-file.js';
import { statingOwaspLlmEdition } from './stated-edition.js';
import { sumOfEvaluations } from './tally.js';
import { type StatedTarget, suiteOf, targetsOf } from './targets.js';
import { identityRecorded, testIdOfFinding, testsPassed } from './weaknesses/scan-identities.js';

export interface ImportOptions extends Told {
  /** One of `scanFormats`. Default: as the file's beginning tells. */
  readonly format?: string | undefined;
  readonly tenant: string;
  readonly endpointId: string;
  /** RFC 3339 in UTC. */
  readonly importedAt: string;
  readonly frameworks: Frameworks;
  /** Of `LLM06` and the like in tags that do not say theirs. Default: such a tag stays unresolved, unless all editions agree. */
  readonly owaspLlmEdition?: string | undefined;
  /** Default 1 GiB. */
  readonly fileBytesMax?: number;
  /** Refuse the whole file when a row cannot be used or a total contradicts its rows. Default: keep the rest, and say so. */
  readonly strict?: boolean;
  /** Default: `importers`. */
  readonly importers?: readonly Importer[];
  /** What was tested, where the file does not say. */
  readonly target?: StatedTarget;
}

/**
 * A scan as it is to be recorded: `scan.counts` says what happens when nothing of it was recorded before. `findings` can be read again;
 * those of a large scan lie in a temporary file until they are disposed of (`await using`).
 */
export interface ImportedScan extends AsyncDisposable {
  readonly scan: ScanRecorded;
  /** As they are recorded when nothing of them was seen before. */
  readonly findings: AsyncIterable<FindingRecorded>;
  readonly warnings: readonly ImportWarning[];
  readonly unreadMembers: readonly UnreadMember[];
  /** What a scan has to run to test what `finding` shows; undefined: the very same test. */
  testIdOf(finding: FindingRecorded): string | undefined;
  /** Ids of the tests, and of the findings that are their own test, that passed. Can be read again. */
  passed(): AsyncIterable<string>;
}

/**
 * Reads a scanner's file, as it comes, into events; records nothing. Memory does not grow with the file. The same bytes for the same
 * endpoint give the same ids. Throws `ImportRefusal` when the file cannot be used at all; what cannot be used within it is skipped,
 * counted and warned of.
 */
export async function importScan(source: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<ImportedScan> {
  await using file = new SourceFile(source, options.fileBytesMax ?? FILE_BYTES_MAX);
  const { format, parsed } = await parsedFile(file, options);
  try {
    const { tenant, endpointId, importedAt, target = {}, passWhen } = options;
    const about = { tenant, endpointId, format, sourceSha256: file.sha256(), importedAt, target, passWhen };
    const scan = scanRecorded(parsed, about);
    checkSize(scan);
    if (options.strict) checkFlawless(parsed);
    const { scanId, startedAt: discoveredAt } = scan;
    const findings = findingsRecorded(parsed, { scanId, tenant, endpointId, discoveredAt });
    return {
      scan,
      findings,
      warnings: parsed.warnings,
      unreadMembers: parsed.unreadMembers ?? [],
      testIdOf: (finding) => testIdOfFinding(parsed, finding),
      passed: () => testsPassed(parsed, scan),
      [Symbol.asyncDispose]: () => dispose(parsed),
    };
  } catch (error) {
    await dispose(parsed);
    throw error;
  }
}

async function dispose({ findings, passed }: ParsedScan): Promise<void> {
  await findings[Symbol.asyncDispose]();
  await passed?.[Symbol.asyncDispose]();
}

interface ParsedFile {
  readonly format: string;
  readonly parsed: ParsedScan;
}

async function parsedFile(file: SourceFile, options: ImportOptions): Promise<ParsedFile> {
  const { importers: among = importers, owaspLlmEdition: edition } = options;
  const frameworks = edition === undefined ? options.frameworks : statingOwaspLlmEdition(options.frameworks, edition);
  const named = options.format === undefined ? undefined : importerNamed(options.format, among);
  const begin = await file.head();
  const head = headOf(begin);
  const likely = importersOf(head, among);
  const [importer, ...others] = named ? [named] : likely;
  try {
    assertNotOffice(begin);
    if (!(importer?.packedWith === 'zip' && isZip(begin))) assertText(begin);
    if (likely.length === 0) assertNotForeign(head, named);
    if (!importer || others.length > 0) throw undecided(head, likely, among);
    checkTold(options, importer);
    return { format: importer.format, parsed: await importer.parse(file, frameworks, options) };
  } catch (error) {
    throw named ? sayingWhatItLooksLike(error, named, likely) : error;
  }
}

/** Before anything is read: a parser may take rows of another tool for its own. */
function assertNotForeign(head: Head, named: Importer | undefined): void {
  const message = foreignFileOf(head);
  if (message !== undefined) throw new ImportRefusal(named ? 'not_this_format' : 'format_unknown', message);
}

function checkTold({ passWhen }: Told, { title, readsPassRule }: Importer): void {
  if (passWhen === undefined || readsPassRule) return;
  const message = `A rule for when a score passes is for logs of Inspect AI; this is ${title}. Leave the rule out.`;
  throw new ImportRefusal('option_not_supported', message, { value: passWhen });
}

/** A file in a wrong format often fails on its form first, so that is looked at too. */
function sayingWhatItLooksLike(error: unknown, named: Importer, likely: readonly Importer[]): unknown {
  const [other, ...others] = likely.filter((one) => one !== named);
  const isOfForm =
    error instanceof ImportRefusal && ['not_this_format', 'malformed', 'compressed'].includes(error.code);
  if (!isOfForm || !other || others.length > 0) return error;
  const message = `This is no ${named.title} file. It looks like ${other.title}: name the format ${other.format}.`;
  return new ImportRefusal('not_this_format', message, { ...error.facts, looksLike: other.format });
}

function scanRecorded(
  parsed: ParsedScan,
  about: Pick<ScanRecorded, 'tenant' | 'endpointId' | 'format' | 'sourceSha256' | 'importedAt'> & {
    readonly target: StatedTarget;
    readonly passWhen: string | undefined;
  },
): ScanRecorded {
  const { tenant, endpointId, format, sourceSha256, importedAt, target, passWhen } = about;
  const { tool, startedAt = importedAt, run, attempts, probes, discrepancies, copy, targets = [] } = parsed;
  const evaluations = sumOfEvaluations(probes.map((probe) => probe.evaluations));
  return {
    scanId: scanIdOf(tenant, endpointId, sourceSha256, passWhen),
    tenant,
    endpointId,
    format,
    tool,
    sourceSha256,
    importedAt,
    startedAt,
    ...(copy && { copy }),
    targets: targetsOf(targets, target),
    suite: suiteOf(tool, probes),
    attempts,
    evaluated: evaluations.total !== 0,
    evaluations,
    run,
    probes: [...probes],
    counts: countsOf(parsed),
    discrepancies: [...discrepancies],
  };
}

function countsOf({ findings, skipped }: ParsedScan): ScanRecorded['counts'] {
  const skippedRows = Object.values(skipped).reduce((sum, count) => sum + count, 0);
  return { in: findings.length + skippedRows, recorded: findings.length, skipped: { ...skipped } };
}

function checkSize(scan: ScanRecorded): void {
  const sizeBytes = Buffer.byteLength(JSON.stringify(scan));
  if (sizeBytes <= SCAN_BYTES_MAX) return;
  const message = 'The results of this scan do not fit into one record; split the scan by probes.';
  const facts = { results: scan.probes.length, sizeBytes, sizeBytesMax: SCAN_BYTES_MAX };
  throw new ImportRefusal('too_many_results', message, facts);
}

function checkFlawless({ warnings: all, discrepancies }: ParsedScan): void {
  const warnings = all.filter(({ code }) => code !== NEWER_VERSION);
  const [warning] = warnings;
  const [discrepancy] = discrepancies;
  if (!warning && !discrepancy) return;
  const first = warning
    ? `${warning.line === undefined ? '' : `line ${warning.line}: `}${warning.message}`
    : `${discrepancy?.subject}: the file says ${discrepancy?.stated}, its rows say ${discrepancy?.counted}.`;
  throw new ImportRefusal(
    'not_flawless',
    `Not imported, as strict was asked for: ${warnings.length} warnings, ${discrepancies.length} contradictions, first: ${first}`,
    { warnings, discrepancies },
  );
}

type Birth = Pick<FindingRecorded, 'scanId' | 'tenant' | 'endpointId' | 'discoveredAt'>;

const findingsRecorded = (parsed: ParsedScan, birth: Birth): AsyncIterable<FindingRecorded> => ({
  async *[Symbol.asyncIterator]() {
    for await (const finding of parsed.findings)
      yield findingRecorded(finding, identityRecorded(finding, parsed), birth);
  },
});

function findingRecorded(
  { tool, excerpt, hits, evaluations, score, ...finding }: ParsedFinding,
  identity: string[],
  birth: Birth,
): FindingRecorded {
  return {
    findingId: findingIdOf(birth.tenant, birth.endpointId, identity),
    ...birth,
    ...finding,
    identity,
    evidence: {
      excerpt,
      excerptSha256: excerpt === '' ? null : createHash('sha256').update(excerpt, 'utf8').digest('hex'),
      hits,
      evaluations,
      ...(score === undefined ? {} : { score }),
    },
  };
}
