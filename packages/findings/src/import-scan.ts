import { createHash } from 'node:crypto';
import type { Evaluations, FindingRecorded, ProbeResult, ScanRecorded } from '@evidence/contracts';
import type { Frameworks } from '@evidence/frameworks';
import { parseGarak } from './garak/parse-garak.js';
import { findingIdOf, scanIdOf } from './ids.js';
import { ImportRefusal } from './import-refusal.js';
import { FILE_BYTES_MAX, LINE_BYTES_MAX, SCAN_BYTES_MAX } from './limits.js';
import { linesOf } from './lines.js';
import type { ImportWarning, ParsedFinding, ParsedScan, ScanParser } from './parsed-scan.js';

export type ScanFormat = ScanRecorded['format'];

const PARSERS: ReadonlyMap<string, readonly [ScanFormat, ScanParser]> = new Map([['garak', ['garak', parseGarak]]]);

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
}

/** A scan as it is to be recorded: `scan.counts` says what happens when nothing of it was recorded before. */
export interface ImportedScan {
  readonly scan: ScanRecorded;
  readonly findings: readonly FindingRecorded[];
  readonly warnings: readonly ImportWarning[];
}

/**
 * Reads a scanner's file, line by line, into events; records nothing. The same bytes for the same endpoint give the same ids.
 * Throws `ImportRefusal` when the file cannot be used at all; what cannot be used within it is skipped, counted and warned of.
 */
export async function importScan(source: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<ImportedScan> {
  const { format: name, tenant, endpointId, importedAt, frameworks, fileBytesMax = FILE_BYTES_MAX } = options;
  const [format, parse] = parserOf(name);
  const hash = createHash('sha256');
  const parsed = await parse(linesOf(source, { lineBytesMax: LINE_BYTES_MAX, fileBytesMax }, hash), frameworks);
  const sourceSha256 = hash.digest('hex');
  const scanId = scanIdOf(tenant, endpointId, sourceSha256);
  const startedAt = parsed.startedAt ?? importedAt;
  const evaluations = sumOf(parsed.probes);
  const scan: ScanRecorded = {
    scanId,
    tenant,
    endpointId,
    format,
    tool: parsed.tool,
    sourceSha256,
    importedAt,
    startedAt,
    attempts: parsed.attempts,
    evaluated: evaluations.total > 0,
    evaluations,
    probes: [...parsed.probes],
    counts: countsOf(parsed),
    discrepancies: [...parsed.discrepancies],
  };
  checkSize(scan);
  const birth = { scanId, tenant, endpointId, discoveredAt: startedAt };
  return {
    scan,
    findings: parsed.findings.map((finding) => findingRecorded(finding, birth)),
    warnings: parsed.warnings,
  };
}

function parserOf(name: string): readonly [ScanFormat, ScanParser] {
  const known = PARSERS.get(name);
  if (known) return known;
  throw new ImportRefusal(
    'format_not_supported',
    `Files of this format cannot be imported; use one of: ${scanFormats.join(', ')}.`,
    {
      value: name,
      allowed: scanFormats,
    },
  );
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
  throw new ImportRefusal(
    'too_many_results',
    'The results of this scan do not fit into one record; split the scan by probes.',
    {
      results: scan.probes.length,
      sizeBytes,
      sizeBytesMax: SCAN_BYTES_MAX,
    },
  );
}

type Birth = Pick<FindingRecorded, 'scanId' | 'tenant' | 'endpointId' | 'discoveredAt'>;

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
