import { isValid, type NativeTarget, type RunCopy, type RunState, type TestTarget } from '@evidence/contracts';
import { PROBLEM_CHARS_MAX } from '../../limits.js';
import { RUN_NOT_STATED } from '../../parsed-scan.js';
import { nativeSays } from '../../sentences/scans.js';
import { isObject, textOf } from '../json/values.js';
import { excerptOf } from '../redaction.js';
import { oneLine } from '../text.js';

const ID_CHARS_MAX = 256;
export const TARGET_CHARS_MAX = 256;
const MODEL_CHARS_MAX = 128;
/** The contract's limit. */
const TARGETS_MAX = 64;

/** Statuses of a run that finished, whatever it found. Every other word means that it did not finish. */
const COMPLETED = /^(?:completed?|success(?:ful)?|succeeded|passed|finished|done|ok)$/i;

/** The run of a native file and its targets, according to the header. */
export class NativeRun {
  id: unknown;
  targets: readonly TestTarget[] = [];

  ending: RunState = RUN_NOT_STATED;

  /** Reads `run`; false if it has no status. */
  end(value: unknown): boolean {
    const { status, reason } = isObject(value) ? value : { status: value, reason: undefined };
    const said = textOf(status)?.trim();
    if (said === undefined || said === '') return false;
    const problem = nativeSays.ended(said, textOf(reason));
    this.ending = COMPLETED.test(said)
      ? { outcome: 'completed', problems: [] }
      : { outcome: 'failed', problems: [oneLine(excerptOf(problem), PROBLEM_CHARS_MAX)] };
    return true;
  }

  addTargets(value: unknown): void {
    if (!Array.isArray(value)) return;
    const valid = value.filter((target): target is NativeTarget => isValid('NativeScan.v1', 'NativeTarget', target));
    this.targets = valid.slice(0, TARGETS_MAX).map(targetOf);
  }

  /** `rows`: how many rows the file has. */
  copy(rows: number): { readonly copy?: RunCopy } {
    const runId = oneLine(textOf(this.id) ?? '', ID_CHARS_MAX);
    return runId === '' ? {} : { copy: { runId, kind: 'report', results: rows } };
  }
}

function targetOf({
  name,
  provider,
  model,
  model_version,
  system_prompt_sha256,
  tools_sha256,
}: NativeTarget): TestTarget {
  const names = { provider, model, modelVersion: model_version };
  const named = Object.entries(names).flatMap(([member, value]) => {
    const text = oneLine(value ?? '', MODEL_CHARS_MAX);
    return text === '' ? [] : [[member, text] as const];
  });
  return {
    name: oneLine(name ?? '', TARGET_CHARS_MAX),
    ...Object.fromEntries(named),
    ...(system_prompt_sha256 !== undefined && { systemPromptSha256: system_prompt_sha256 }),
    ...(tools_sha256 !== undefined && { toolsSha256: tools_sha256 }),
  };
}
