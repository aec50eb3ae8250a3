import { isValid, type NativeTarget, type RunCopy, type TestTarget } from '@evidence/contracts';
import { textOf } from '../json/values.js';
import { oneLine } from '../text.js';

const ID_CHARS_MAX = 256;
export const TARGET_CHARS_MAX = 256;
const MODEL_CHARS_MAX = 128;
/** The contract's limit. */
const TARGETS_MAX = 64;

/** What the header of a native file says of its run and of what was tested. */
export class NativeRun {
  id: unknown;
  targets: readonly TestTarget[] = [];

  addTargets(value: unknown): void {
    if (!Array.isArray(value)) return;
    const valid = value.filter((target): target is NativeTarget => isValid('NativeScan.v1', 'NativeTarget', target));
    this.targets = valid.slice(0, TARGETS_MAX).map(targetOf);
  }

  /** `rows`: how much the file holds. */
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
