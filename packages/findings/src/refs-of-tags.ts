import type { DirectRef, RefOrigin } from '@evidence/contracts';
import { byCodeUnits, type Frameworks, RECORDED_EDITIONS } from '@evidence/frameworks';
import { textOf } from './json/values.js';
import { NATIVE_CHARS_MAX, TAG_CHARS_MAX, TAGS_MAX } from './limits.js';
import { oneLine } from './text.js';

export interface TagRefs {
  readonly refs: DirectRef[];
  readonly unresolvedTags: string[];
}

/** Who put the tags on a finding. */
export interface TagSource {
  /** In words. */
  readonly source: string;
  readonly origin: RefOrigin;
}

/**
 * What a scanner's tags mean to us: one ref for each control that `resolve` finds, and the tags for which it finds none, both sorted,
 * each once, at most 64. Tags that are no text are nothing.
 */
export function refsOfTags(
  tags: Iterable<unknown>,
  from: TagSource,
  resolve: (tag: string) => string | undefined,
): TagRefs {
  const refs = new Map<string, DirectRef>();
  const unresolved = new Set<string>();
  for (const tag of tags) {
    const native = textOf(oneLine(textOf(tag) ?? '', TAG_CHARS_MAX));
    if (native === undefined) continue;
    const ref = resolve(native);
    if (ref === undefined) unresolved.add(native);
    else if (!refs.has(ref)) refs.set(ref, { ref, native: oneLine(native, NATIVE_CHARS_MAX), ...from });
  }
  const byRef = [...refs.values()].sort((a, b) => byCodeUnits(a.ref, b.ref));
  return { refs: byRef.slice(0, TAGS_MAX), unresolvedTags: [...unresolved].sort(byCodeUnits).slice(0, TAGS_MAX) };
}

/**
 * The refs that the tags of a file name beyond doubt, in the editions in which events are written: `LLM02:2023` becomes the entry of 2025 that continues
 * it, and stays unresolved where none does.
 */
export const recordedRefs = (tags: Iterable<unknown>, source: string, frameworks: Frameworks): TagRefs =>
  refsOfTags(tags, { source, origin: 'file' }, (tag) => recordedRef(tag, frameworks));

export function recordedRef(tag: string, { resolveRef, frameworkOf, carried }: Frameworks): string | undefined {
  const named = resolveRef(tag);
  const framework = named.kind === 'found' ? frameworkOf(named.ref) : undefined;
  if (named.kind !== 'found' || framework === undefined) return undefined;
  return carried(named.ref, RECORDED_EDITIONS[framework])?.ref;
}
