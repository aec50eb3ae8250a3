import { createHash } from 'node:crypto';
import type { Evaluations, FindingRecorded, ProbeResult, ScanRecorded } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { parseGarak } from './garak/parse-garak.js';
import { findingIdOf, scanIdOf } from './ids.js';
import { ImportRefusal } from './import-refusal.js';
import { FILE_BYTES_MAX, SCAN_BYTES_MAX } from './limits.js';
import { looksLike } from './looks-like.js';
import { parseNative } from './native/parse-native.js';
import type { ImportWarning, ParsedFinding, ParsedScan, ScanParser } from './parsed-scan.js';
import { parsePromptfoo } from './promptfoo/parse-promptfoo.js';
import { parseSarif } from './sarif/parse-sarif.js';
import { SourceFile } from './source-file.js';

export type ScanFormat = ScanRecorded['format'];

const PARSERS: ReadonlyMap<string, readonly [ScanFormat, ScanParser]> = new Map([
  ['garak', ['garak', parseGarak]],
  ['promptfoo', ['promptfoo', parsePromptfoo]],
  ['sarif', ['sarif', parseSarif]],
  ['native', ['native', parseNative]],
]);

/** The formats that can be imported. */
export const scanFormats: readonly string[] = [...PARSERS.keys()];

export interface ImportOptions {
  /** One of `scanFormats`. */
  readonly format: string;
  readonly tenant: string;
  readonly endpointId: string;
  /** RFC 3339 in UTC. */
  readonly importedAt: string;
  readonly frameworks: Frameworks;
  /** Default 1 GiB. */
  readonly fileBytesMax?: number;
  /** Refuse the whole file when a row cannot be used or a total contradicts its rows. Default: keep the rest, and say so. */
  readonly strict?: boolean;
}

/**
 * A scan as it is to be recorded: `scan.counts` says what happens when nothing of it was recorded before. `findings` can be read again;
 * those of a large scan lie in a temporary file until they are disposed of (`await using`).
 */
export interface ImportedScan extends AsyncDisposable {
  readonly scan: ScanRecorded;
  readonly findings: AsyncIterable<FindingRecorded>;
  readonly warnings: readonly ImportWarning[];
}

/**
 * Reads a scanner's file, as it comes, into events; records nothing. Memory does not grow with the file. The same bytes for the same
 * endpoint give the same ids. Throws `ImportRefusal` when the file cannot be used at all; what cannot be used within it is skipped,
 * counted and warned of.
 */
export async function importScan(source: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<ImportedScan> {
  const [format, parse] = parserOf(options.format);
  const file = new SourceFile(source, options.fileBytesMax ?? FILE_BYTES_MAX);
  const parsed = await parse(file, options.frameworks).catch((error: unknown) => {
    throw sayingWhatItLooksLike(error, file, format);
  });
  try {
    const scan = scanRecorded(parsed, { ...options, format, sourceSha256: file.sha256() });
    checkSize(scan);
    if (options.strict) checkFlawless(parsed);
    const { scanId, tenant, endpointId, startedAt: discoveredAt } = scan;
    const findings = findingsRecorded(parsed.findings, { scanId, tenant, endpointId, discoveredAt });
    return {
      scan,
      findings,
      warnings: parsed.warnings,
      [Symbol.asyncDispose]: () => parsed.findings[Symbol.asyncDispose](),
    };
  } catch (error) {
    await parsed.findings[Symbol.asyncDispose]();
    throw error;
  }
}

function parserOf(name: string): readonly [ScanFormat, ScanParser] {
  const known = PARSERS.get(name);
  if (known) return known;
  const message = `Files of this format cannot be imported; use one of: ${scanFormats.join(', ')}.`;
  throw new ImportRefusal('format_not_supported', message, { value: name, allowed: scanFormats });
}

/** A file in a wrong format often fails on its form first, so `malformed` is looked at too. */
function sayingWhatItLooksLike(error: unknown, file: SourceFile, format: ScanFormat): unknown {
  if (!(error instanceof ImportRefusal) || !['not_this_format', 'malformed'].includes(error.code)) return error;
  const other = looksLike(file.head());
  if (!other || other.format === format) return error;
  const facts = { ...error.facts, looksLike: other.format };
  return new ImportRefusal('not_this_format', `This is no ${format} file. ${other.sentence}`, facts);
}

function scanRecorded(
  parsed: ParsedScan,
  about: Pick<ScanRecorded, 'tenant' | 'endpointId' | 'format' | 'sourceSha256' | 'importedAt'>,
): ScanRecorded {
  const { tenant, endpointId, format, sourceSha256, importedAt } = about;
  const { tool, startedAt = importedAt, attempts, probes, discrepancies } = parsed;
  const evaluations = sumOf(probes);
  return {
    scanId: scanIdOf(tenant, endpointId, sourceSha256),
    tenant,
    endpointId,
    format,
    tool,
    sourceSha256,
    importedAt,
    startedAt,
    attempts,
    evaluated: evaluations.total > 0,
    evaluations,
    probes: [...probes],
    counts: countsOf(parsed),
    discrepancies: [...discrepancies],
  };
}

function sumOf(probes: readonly ProbeResult[]): Evaluations {
  const sum = { total: 0, passed: 0, failed: 0, unscored: 0 };
  for (const { evaluations } of probes) {
    sum.total += evaluations.total;
    sum.passed += evaluations.passed;
    sum.failed += evaluations.failed;
    sum.unscored += evaluations.unscored;
  }
  return sum;
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

function checkFlawless({ warnings, discrepancies }: ParsedScan): void {
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

const findingsRecorded = (findings: AsyncIterable<ParsedFinding>, birth: Birth): AsyncIterable<FindingRecorded> => ({
  async *[Symbol.asyncIterator]() {
    for await (const finding of findings) yield findingRecorded(finding, birth);
  },
});

function findingRecorded(
  { key, excerpt, hits, evaluations, ...finding }: ParsedFinding,
  birth: Birth,
): FindingRecorded {
  return {
    findingId: findingIdOf(birth.scanId, ...key),
    ...birth,
    ...finding,
    evidence: { excerpt, excerptSha256: createHash('sha256').update(excerpt, 'utf8').digest('hex'), hits, evaluations },
  };
}
