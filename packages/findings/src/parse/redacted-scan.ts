import type {
  DirectRef,
  Discrepancy,
  FileDisposition,
  ProbeResult,
  RunState,
  TestTarget,
  Tool,
} from '@evidence/contracts';
import { redactedWithin } from '@evidence/redaction';
import {
  NAME_CHARS_MAX,
  NATIVE_CHARS_MAX,
  PROBLEM_CHARS_MAX,
  RUN_ID_CHARS_MAX,
  SEVERITY_ORIGINAL_CHARS_MAX,
  STRING_CHARS_MAX,
  SUBJECT_CHARS_MAX,
  TAG_CHARS_MAX,
  TARGET_NAME_CHARS_MAX,
  TARGET_PART_CHARS_MAX,
  TITLE_CHARS_MAX,
  TOOL_CHARS_MAX,
  WARNING_CHARS_MAX,
} from '../limits.js';
import type { ParsedFinding, ParsedScan, PassedTests } from '../parsed-scan.js';
import type { StatedTarget } from './targets.js';

/** The contract's limits. */
const JUSTIFICATION_CHARS_MAX = 1000;
const AUTHOR_CHARS_MAX = 200;
const KIND_CHARS_MAX = 64;

/** Names recur in each row, and a title also in its identity, so redacted ones are kept, until there are so many. */
const KNOWN_MAX = 8192;
const KNOWN_CHARS_MAX = 512;

/**
 * The scan with secrets removed from all text that is recorded: titles, places, tags, names of probes and targets, reasons and identities.
 * Ids and digests are derived from the redacted text, so that nobody can guess a secret from its digest, and a weakness stays the same when
 * the password in its address changes. Excerpts and summaries are redacted where they are cut (`excerptOf`), by stricter rules. Disposing
 * of the result disposes of `scan`.
 */
export function redactedScan(scan: ParsedScan): ParsedScan {
  const names = new RedactedNames();
  const { passed, copy, targets, unreadMembers } = scan;
  return {
    ...scan,
    tool: names.tool(scan.tool),
    run: names.run(scan.run),
    ...(copy && { copy: { ...copy, runId: names.of(copy.runId, RUN_ID_CHARS_MAX) } }),
    ...(targets && { targets: targets.map((target) => names.target(target)) }),
    probes: scan.probes.map((probe) => names.probe(probe)),
    findings: scan.findings.map((finding) => names.finding(finding)),
    ...(passed && { passed: redactedTests(passed, names) }),
    discrepancies: scan.discrepancies.map((one) => names.discrepancy(one)),
    warnings: scan.warnings.map((one) => ({ ...one, message: names.of(one.message, WARNING_CHARS_MAX) })),
    ...(unreadMembers && {
      unreadMembers: unreadMembers.map((one) => ({ ...one, name: names.of(one.name, TARGET_PART_CHARS_MAX) })),
    }),
  };
}

/** The target as stated by the caller of the import. */
export const redactedTarget = (target: StatedTarget): StatedTarget => new RedactedNames().target(target);

class RedactedNames {
  readonly #known = new Map<string, string>();

  of(text: string, charsMax: number): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const name = redactedWithin(text, 'name', charsMax);
    if (text.length > KNOWN_CHARS_MAX) return name;
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(text, name);
    return name;
  }

  tool(tool: Tool): Tool {
    return { name: this.of(tool.name, TOOL_CHARS_MAX), version: this.of(tool.version, TOOL_CHARS_MAX) };
  }

  run(run: RunState): RunState {
    return { ...run, problems: run.problems.map((problem) => this.of(problem, PROBLEM_CHARS_MAX)) };
  }

  target<T extends Partial<TestTarget>>(target: T): T {
    const { name, provider, model, modelVersion } = target;
    return {
      ...target,
      ...(name !== undefined && { name: this.of(name, TARGET_NAME_CHARS_MAX) }),
      ...(provider !== undefined && { provider: this.of(provider, TARGET_PART_CHARS_MAX) }),
      ...(model !== undefined && { model: this.of(model, TARGET_PART_CHARS_MAX) }),
      ...(modelVersion !== undefined && { modelVersion: this.of(modelVersion, TARGET_PART_CHARS_MAX) }),
    };
  }

  probe({ probe, detector, refs, unresolvedTags, ...figures }: ProbeResult): ProbeResult {
    return {
      ...figures,
      probe: this.of(probe, NAME_CHARS_MAX),
      detector: this.of(detector, NAME_CHARS_MAX),
      ...this.#tags({ refs, unresolvedTags }),
    };
  }

  finding(finding: ParsedFinding): ParsedFinding {
    const { title, severityOriginal, probe, detector, target, disposition } = finding;
    return {
      ...finding,
      ...this.test(finding),
      title: this.of(title, TITLE_CHARS_MAX),
      severityOriginal: this.of(severityOriginal, SEVERITY_ORIGINAL_CHARS_MAX),
      probe: this.of(probe, NAME_CHARS_MAX),
      detector: this.of(detector, NAME_CHARS_MAX),
      ...(target !== undefined && { target: this.of(target, TARGET_NAME_CHARS_MAX) }),
      ...(disposition && { disposition: this.#disposition(disposition) }),
      ...this.#tags(finding),
    };
  }

  test({ identity, tool }: Pick<ParsedFinding, 'identity' | 'tool'>): Pick<ParsedFinding, 'identity' | 'tool'> {
    return {
      identity: identity.map((part) => this.of(part, STRING_CHARS_MAX)),
      ...(tool !== undefined && { tool: this.of(tool, NAME_CHARS_MAX) }),
    };
  }

  discrepancy(discrepancy: Discrepancy): Discrepancy {
    return { ...discrepancy, subject: this.of(discrepancy.subject, SUBJECT_CHARS_MAX) };
  }

  #tags({
    refs,
    unresolvedTags,
  }: Pick<ParsedFinding, 'refs' | 'unresolvedTags'>): Pick<ParsedFinding, 'refs' | 'unresolvedTags'> {
    return {
      refs: refs.map((ref): DirectRef => ({ ...ref, native: this.of(ref.native, NATIVE_CHARS_MAX) })),
      unresolvedTags: unresolvedTags.map((tag) => this.of(tag, TAG_CHARS_MAX)),
    };
  }

  #disposition({ kind, justification, by, place }: FileDisposition): FileDisposition {
    return {
      kind: this.of(kind, KIND_CHARS_MAX),
      ...(justification !== undefined && { justification: this.of(justification, JUSTIFICATION_CHARS_MAX) }),
      ...(by !== undefined && { by: this.of(by, AUTHOR_CHARS_MAX) }),
      ...(place !== undefined && { place: this.of(place, NAME_CHARS_MAX) }),
    };
  }
}

const redactedTests = (tests: PassedTests, names: RedactedNames): PassedTests => ({
  async *[Symbol.asyncIterator]() {
    for await (const test of tests) yield names.test(test);
  },
  [Symbol.asyncDispose]: () => tests[Symbol.asyncDispose](),
});
