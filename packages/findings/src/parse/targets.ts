import {
  canonicalJson,
  type ProbeResult,
  sha256Of,
  type TestSuite,
  type TestTarget,
  type Tool,
} from '@evidence/contracts';
import { byCodeUnits } from '@evidence/frameworks';

/** What was tested, as stated by the caller of the import. */
export type StatedTarget = Omit<TestTarget, 'name' | 'evaluations'>;

/** The contract's limit. */
const TARGETS_MAX = 64;

/** The targets in the file, completed with what the caller of the import states. Empty: neither states anything. */
export function targetsOf(inFile: readonly TestTarget[], stated: StatedTarget): TestTarget[] {
  const targets = inFile.slice(0, TARGETS_MAX).map((target) => ({ ...stated, ...target }));
  if (targets.length > 0 || Object.keys(stated).length === 0) return targets;
  return [{ name: '', ...stated }];
}

/** The tests that were run, whatever their results. */
export function suiteOf({ name, version }: Tool, probes: readonly ProbeResult[]): TestSuite {
  const each = probes.map(({ probe, detector }) => [JSON.stringify([probe, detector]), [probe, detector]] as const);
  const pairs = [...new Map(each).values()];
  const sorted = pairs.sort((a, b) => byCodeUnits(a[0], b[0]) || byCodeUnits(a[1], b[1]));
  const suite = canonicalJson({ tool: { name, version }, probes: sorted });
  return { sha256: sha256Of(suite), probes: pairs.length };
}
