import { type FindingRecorded, type ScanRecorded, sha256Of } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { findingIdOf, scanIdOf } from '../ids.js';
import { ImportRefusal } from '../import-refusal.js';
import type { ImportedScan } from '../imported-scan.js';
import { FILE_BYTES_MAX, SCAN_BYTES_MAX, WARNINGS_MAX } from '../limits.js';
import type { LongList } from '../long-list.js';
import type { ParsedFinding, ParsedScan, Told } from '../parsed-scan.js';
import { tooManySays } from '../sentences/files.js';
import { formatSays, optionSays } from '../sentences/formats.js';
import { scanSays } from '../sentences/scans.js';
import { identityRecorded, testIdOfFinding, testsPassed } from '../weaknesses/scan-identities.js';
import { foreignFileOf } from './foreign-files.js';
import { type Head, headOf } from './head.js';
import type { Importer } from './importer.js';
import { importerNamed, importers, importersOf, undecided } from './importers.js';
import { redactedScan, redactedTarget } from './redacted-scan.js';
import { NEWER_VERSION } from './refs-of-tags.js';
import { runTimeOf, seenAt, warningsOfTime } from './run-time.js';
import { assertNotOffice, assertText, isZip, SourceFile } from './source-file.js';
import { Made } from './spool.js';
import { statingOwaspLlmEdition } from './stated-edition.js';
import { sumOfEvaluations } from './tally.js';
import { type StatedTarget, suiteOf, targetsOf } from './targets.js';

export interface ImportOptions extends Told {
  /** One of `scanFormats`. Default: detected from the beginning of the file. */
  readonly format?: string | undefined;
  readonly tenant: string;
  readonly endpointId: string;
  /** RFC 3339 in UTC. */
  readonly importedAt: string;
  readonly frameworks: Frameworks;
  /** The edition of tags such as `LLM06` that do not name theirs. Default: such a tag stays unresolved unless all editions agree. */
  readonly owaspLlmEdition?: string | undefined;
  /** Default 1 GiB. */
  readonly fileBytesMax?: number;
  /** Refuse the whole file if a row cannot be used or a total contradicts its rows. Default: keep the rest, and warn. */
  readonly strict?: boolean;
  /** Default: `importers`. */
  readonly importers?: readonly Importer[];
  /** What was tested, if the file does not say. */
  readonly target?: StatedTarget;
  /** When the scan ran, if the file does not say. RFC 3339 in UTC. */
  readonly startedAt?: string | undefined;
}

/**
 * Reads a scanner's file as a stream and turns it into events; records nothing. Memory does not grow with the file. The same bytes for the
 * same endpoint give the same ids. Throws `ImportRefusal` if the file cannot be used at all. Parts that cannot be used are skipped and
 * counted, with a warning.
 */
export async function importScan(source: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<ImportedScan> {
  await using file = new SourceFile(source, options.fileBytesMax ?? FILE_BYTES_MAX);
  const { format, parsed } = await parsedFile(file, options);
  try {
    const { tenant, endpointId, importedAt, startedAt, target = {}, passWhen } = options;
    const about = {
      tenant,
      endpointId,
      format,
      sourceSha256: file.sha256(),
      importedAt,
      startedAt,
      passWhen,
      target: redactedTarget(target),
    };
    const scan = scanRecorded(parsed, about);
    checkSize(scan);
    const ofTime = warningsOfTime(parsed, { importedAt, stated: startedAt });
    const warnings = [...ofTime, ...parsed.warnings].slice(0, WARNINGS_MAX);
    if (options.strict) checkFlawless({ ...parsed, warnings });
    const findings = findingsRecorded(parsed, birthIn(scan), importedAt);
    return {
      scan,
      findings,
      warnings,
      unreadMembers: parsed.unreadMembers ?? [],
      rowsSha256: parsed.rowsSha256,
      testIdOf: (finding) => testIdOfFinding(parsed, finding),
      passed: () => testsPassed(parsed, scan),
      [Symbol.asyncDispose]: () => dispose({ ...parsed, findings }),
    };
  } catch (error) {
    await dispose(parsed);
    throw error;
  }
}

async function dispose({
  findings,
  passed,
}: Record<'findings', AsyncDisposable> & Pick<ParsedScan, 'passed'>): Promise<void> {
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
    return { format: importer.format, parsed: redactedScan(await importer.parse(file, frameworks, options)) };
  } catch (error) {
    throw named ? sayingWhatItLooksLike(error, named, likely) : error;
  }
}

/** Checked before anything is read, because a parser may take rows of another tool for its own. */
function assertNotForeign(head: Head, named: Importer | undefined): void {
  const message = foreignFileOf(head);
  if (message !== undefined) throw new ImportRefusal(named ? 'not_this_format' : 'format_unknown', message);
}

function checkTold({ passWhen }: Told, { title, readsPassRule }: Importer): void {
  if (passWhen === undefined || readsPassRule) return;
  throw new ImportRefusal('option_not_supported', optionSays.passRuleUnused(title), { value: passWhen });
}

/** A file read as the wrong format often fails because it is malformed or packed, so those refusals are replaced too. */
function sayingWhatItLooksLike(error: unknown, named: Importer, likely: readonly Importer[]): unknown {
  const [other, ...others] = likely.filter((one) => one !== named);
  const isOfForm =
    error instanceof ImportRefusal && ['not_this_format', 'malformed', 'compressed'].includes(error.code);
  if (!isOfForm || !other || others.length > 0) return error;
  const message = formatSays.looksLikeOther(named.title, other.title, other.format);
  return new ImportRefusal('not_this_format', message, { ...error.facts, looksLike: other.format });
}

function scanRecorded(
  parsed: ParsedScan,
  about: Pick<ScanRecorded, 'tenant' | 'endpointId' | 'format' | 'sourceSha256' | 'importedAt'> & {
    readonly startedAt: string | undefined;
    readonly target: StatedTarget;
    readonly passWhen: string | undefined;
  },
): ScanRecorded {
  const { tenant, endpointId, format, sourceSha256, importedAt, target, passWhen } = about;
  const { tool, run, attempts, probes, discrepancies, copy, targets = [] } = parsed;
  const evaluations = sumOfEvaluations(probes.map((probe) => probe.evaluations));
  return {
    scanId: scanIdOf(tenant, endpointId, sourceSha256, passWhen),
    tenant,
    endpointId,
    format,
    tool,
    sourceSha256,
    importedAt,
    ...runTimeOf(parsed, { importedAt, stated: about.startedAt }),
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
  const facts = { results: scan.probes.length, sizeBytes, sizeBytesMax: SCAN_BYTES_MAX };
  throw new ImportRefusal('too_many_results', tooManySays.forOneRecord, facts);
}

function checkFlawless({ warnings: all, discrepancies }: ParsedScan): void {
  const warnings = all.filter(({ code }) => code !== NEWER_VERSION);
  const [warning] = warnings;
  const [discrepancy] = discrepancies;
  if (!warning && !discrepancy) return;
  const first = warning
    ? optionSays.warningAt(warning.line, warning.message)
    : scanSays.contradiction(discrepancy?.subject, discrepancy?.stated, discrepancy?.counted);
  const message = optionSays.strict(warnings.length, discrepancies.length, first);
  throw new ImportRefusal('not_flawless', message, { warnings, discrepancies });
}

type Birth = Pick<FindingRecorded, 'scanId' | 'tenant' | 'endpointId' | 'discoveredAt' | 'timeNotStated'>;

const birthIn = ({ scanId, tenant, endpointId, startedAt, importedAt }: ScanRecorded): Birth => ({
  ...{ scanId, tenant, endpointId },
  ...(startedAt === null ? { discoveredAt: importedAt, timeNotStated: true } : { discoveredAt: startedAt }),
});

const findingsRecorded = (parsed: ParsedScan, birth: Birth, importedAt: string): LongList<FindingRecorded> =>
  new Made(parsed.findings, (finding) =>
    findingRecorded(finding, identityRecorded(finding, parsed), birth, seenAt(finding, importedAt)),
  );

function findingRecorded(
  { tool, discoveredAt: _, excerpt, hits, evaluations, score, ...finding }: ParsedFinding,
  identity: string[],
  { timeNotStated, ...birth }: Birth,
  seenAt: string | undefined,
): FindingRecorded {
  return {
    findingId: findingIdOf(birth.tenant, birth.endpointId, identity),
    ...birth,
    ...(seenAt === undefined ? timeNotStated && { timeNotStated } : { discoveredAt: seenAt }),
    ...finding,
    identity,
    evidence: {
      excerpt,
      excerptSha256: excerpt === '' ? null : sha256Of(excerpt),
      hits,
      evaluations,
      ...(score === undefined ? {} : { score }),
    },
  };
}
