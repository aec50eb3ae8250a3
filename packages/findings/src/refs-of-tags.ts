import type { DirectRef } from '@evidence/contracts';
import { byCodeUnits, type Frameworks, RECORDED_EDITIONS } from '@evidence/frameworks';
import { textOf } from './json/values.js';
import { NATIVE_CHARS_MAX, TAG_CHARS_MAX, TAGS_MAX } from './limits.js';
import { oneLine } from './text.js';

export interface TagRefs {
  readonly refs: DirectRef[];
  readonly unresolvedTags: string[];
}

/**
 * What a scanner's tags mean to us: one ref for each control that `resolve` finds, and the tags for which it finds none, both sorted,
 * each once, at most 64. `source` says who put the tags there. Tags that are no text are nothing.
 */
export function refsOfTags(
  tags: Iterable<unknown>,
  source: string,
  resolve: (tag: string) => string | undefined,
): TagRefs {
  const refs = new Map<string, DirectRef>();
  const unresolved = new Set<string>();
  for (const tag of tags) {
    const native = textOf(oneLine(textOf(tag) ?? '', TAG_CHARS_MAX));
    if (native === undefined) continue;
    const ref = resolve(native);
    if (ref === undefined) unresolved.add(native);
    else if (!refs.has(ref)) refs.set(ref, { ref, native: oneLine(native, NATIVE_CHARS_MAX), source });
  }
  const byRef = [...refs.values()].sort((a, b) => byCodeUnits(a.ref, b.ref));
  return { refs: byRef.slice(0, TAGS_MAX), unresolvedTags: [...unresolved].sort(byCodeUnits).slice(0, TAGS_MAX) };
}

/**
 * The refs that tags name beyond doubt, in the editions in which events are written: `LLM02:2023` becomes the entry of 2025 that continues
 * it, and stays unresolved where none does.
 */
export const recordedRefs = (tags: Iterable<unknown>, source: string, frameworks: Frameworks): TagRefs =>
  refsOfTags(tags, source, (tag) => recordedRef(tag, frameworks));

export function recordedRef(tag: string, { resolveRef, frameworkOf, carried }: Frameworks): string | undefined {
  const named = resolveRef(tag);
  const framework = named.kind === 'found' ? frameworkOf(named.ref) : undefined;
  if (named.kind !== 'found' || framework === undefined) return undefined;
  return carried(named.ref, RECORDED_EDITIONS[framework])?.ref;
}
