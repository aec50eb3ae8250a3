import { createHash } from 'node:crypto';
import type { ProbeResult } from '@evidence/contracts';
import { findingIdOf, testIdOf } from '../ids.js';
import { NAME_CHARS_MAX } from '../limits.js';
import type { ParsedFinding, ParsedScan } from '../parsed-scan.js';

/** The contract's limit. */
const IDENTITY_PARTS_MAX = 16;

/** Where the weaknesses of a scan are. */
export interface Endpoint {
  readonly tenant: string;
  readonly endpointId: string;
}

/** As it is recorded, and as a finding's id is derived from it: the tool's name first. */
export function identityRecorded(
  { identity, tool }: Pick<ParsedFinding, 'identity' | 'tool'>,
  ofScan: ParsedScan,
): string[] {
  const parts = [tool ?? ofScan.tool.name, ...identity].slice(0, IDENTITY_PARTS_MAX);
  return parts.map((part) => (part.length <= NAME_CHARS_MAX ? part : digestOf(part)));
}

const digestOf = (part: string): string => `sha256:${createHash('sha256').update(part, 'utf8').digest('hex')}`;

/**
 * The test that a later scan has to pass for the finding to be gone; undefined: the very same one, by the finding's id. Without the name
 * of a probe nothing can say so.
 */
export function testIdOfFinding(
  { passed, tool }: ParsedScan,
  { probe, detector }: Pick<ParsedFinding, 'probe' | 'detector'>,
): string | undefined {
  return passed === undefined && probe !== '' ? testIdOf(tool.name, probe, detector) : undefined;
}

/** Ids of the tests, and of the findings that are their own test, that the scan passed. A run that failed shows nothing to be gone. */
export async function* testsPassed(scan: ParsedScan, { tenant, endpointId }: Endpoint): AsyncGenerator<string> {
  if (scan.run.outcome === 'failed') return;
  if (scan.passed === undefined) {
    for (const { probe, detector, evaluations } of scan.probes)
      if (isClean(evaluations)) yield testIdOf(scan.tool.name, probe, detector);
    return;
  }
  for await (const passed of scan.passed) yield findingIdOf(tenant, endpointId, identityRecorded(passed, scan));
}

const isClean = ({ passed, failed }: ProbeResult['evaluations']): boolean => (passed ?? 0) > 0 && failed === 0;
