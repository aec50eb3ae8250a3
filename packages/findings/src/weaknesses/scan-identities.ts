import { type ProbeResult, type ScanCompared, type ScanRecorded, sha256Of } from '@evidence/contracts';
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

/** The identity that is recorded and that a finding's id is derived from: the tool's name first. */
export function identityRecorded(
  { identity, tool }: Pick<ParsedFinding, 'identity' | 'tool'>,
  ofScan: ParsedScan,
): string[] {
  const parts = [tool ?? ofScan.tool.name, ...identity].slice(0, IDENTITY_PARTS_MAX);
  return parts.map((part) => (part.length <= NAME_CHARS_MAX ? part : digestOf(part)));
}

const digestOf = (part: string): string => `sha256:${sha256Of(part)}`;

/**
 * The test that a later scan has to pass to show that the finding is gone; undefined: the very same test, under the finding's id, as when
 * the probe has no name.
 */
export function testIdOfFinding(
  { passed, tool }: ParsedScan,
  { probe, detector }: Pick<ParsedFinding, 'probe' | 'detector'>,
): string | undefined {
  return passed === undefined && probe !== '' ? testIdOf(tool.name, probe, detector) : undefined;
}

/** Ids of the tests that the scan passed, and of findings that are their own test. A run that failed or was not read completely shows nothing to be gone. */
export async function* testsPassed(scan: ParsedScan, { tenant, endpointId }: Endpoint): AsyncGenerator<string> {
  if (scan.run.outcome === 'failed' || scan.run.outcome === 'incomplete') return;
  if (scan.passed === undefined) {
    for (const { probe, detector, evaluations } of scan.probes)
      if (isClean(evaluations)) yield testIdOf(scan.tool.name, probe, detector);
    return;
  }
  for await (const passed of scan.passed) yield findingIdOf(tenant, endpointId, identityRecorded(passed, scan));
}

const TEST_ID_PREFIX = 'tst_';
/** Enough to tell the few thousand tests of a scan apart. */
const TEST_ID_CHARS = 10;

/** What a scan tested, by probe and detector: a copy of its run must not have more. */
export function testsOf({ tool, probes }: Pick<ScanRecorded, 'tool' | 'probes'>): NonNullable<ScanCompared['tests']> {
  const tests = new Map<string, { passed: number | null; failed: number }>();
  for (const { probe, detector, evaluations } of probes) {
    const id = testIdOf(tool.name, probe, detector).slice(TEST_ID_PREFIX.length, TEST_ID_PREFIX.length + TEST_ID_CHARS);
    const known = tests.get(id) ?? { passed: 0, failed: 0 };
    const passed = known.passed === null || evaluations.passed === null ? null : known.passed + evaluations.passed;
    tests.set(id, { passed, failed: known.failed + evaluations.failed });
  }
  return [...tests].map(([id, counts]) => ({ id, ...counts }));
}

/** An evaluation without a verdict may be the attempt that got through. */
const isClean = ({ passed, failed, unscored }: ProbeResult['evaluations']): boolean =>
  (passed ?? 0) > 0 && failed === 0 && unscored === 0;
