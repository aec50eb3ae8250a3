import type { DirectRef, RefOrigin } from '@evidence/contracts';
import { byCodeUnits, type Frameworks, type Meaning, type TagTable } from '@evidence/frameworks';
import { NATIVE_CHARS_MAX, TAG_CHARS_MAX, TAGS_LOOKED_AT_MAX, TAGS_MAX } from '../limits.js';
import { unresolvedSays } from '../sentences/findings.js';
import { scanSays } from '../sentences/scans.js';
import { textOf } from './json/values.js';
import { oneLine } from './text.js';

export interface TagRefs {
  readonly refs: DirectRef[];
  readonly unresolvedTags: string[];
}

/** Who put the tags on a finding. */
export interface TagSource {
  /** In words, one of `tagsFrom`. */
  readonly source: string;
  readonly origin: RefOrigin;
}

/**
 * Reads a scanner's tags: one ref for each control that `meaningOf` finds, and the tags without one, with the reason. Both are sorted,
 * without duplicates, at most 64. Tags that are not text are ignored. Only the first 1,000 are read; the last entry of `unresolvedTags`
 * counts what either limit left out.
 */
export function refsOfTags(tags: Iterable<unknown>, from: TagSource, meaningOf: (tag: string) => Meaning): TagRefs {
  const meanings: [tag: string, meaning: Meaning][] = [];
  let leftOut = 0;
  for (const tag of tags) {
    const text = textOf(tag);
    if (text === undefined) continue;
    if (meanings.length === TAGS_LOOKED_AT_MAX) {
      leftOut++;
      continue;
    }
    const native = oneLine(text, TAG_CHARS_MAX);
    if (native !== '') meanings.push([native, meaningOf(native)]);
  }
  return refsOfMeanings(meanings, from, leftOut);
}

/** The same for tags whose meanings are known; all of them are read. `leftOut`: how many further tags were not read. */
export function refsOfMeanings(
  meanings: Iterable<readonly [tag: string, meaning: Meaning]>,
  from: TagSource,
  leftOut = 0,
): TagRefs {
  const refs = new Map<string, DirectRef>();
  const unresolved = new Set<string>();
  for (const [tag, meaning] of meanings) {
    const native = oneLine(tag, TAG_CHARS_MAX);
    if (meaning.kind === 'none') unresolved.add(oneLine(followed(native, meaning.reason), TAG_CHARS_MAX));
    else if (!refs.has(meaning.ref)) refs.set(meaning.ref, directRef(meaning, native, from));
  }
  const byRef = [...refs.values()].sort((a, b) => byCodeUnits(a.ref, b.ref));
  const refsLeftOut = Math.max(0, byRef.length - TAGS_MAX);
  return {
    refs: byRef.slice(0, TAGS_MAX),
    unresolvedTags: cutTags([...unresolved].sort(byCodeUnits), leftOut + refsLeftOut),
  };
}

/** The tags of several items together, sorted, without duplicates, as many as one finding keeps. */
export function unitedTags(all: readonly TagRefs[]): TagRefs {
  const refs = new Map(all.flatMap((each) => each.refs.map((ref) => [ref.ref, ref] as const)));
  const sorted = [...refs.values()].sort((a, b) => byCodeUnits(a.ref, b.ref));
  const unresolved = [...new Set(all.flatMap(({ unresolvedTags }) => unresolvedTags))].sort(byCodeUnits);
  return {
    refs: sorted.slice(0, TAGS_MAX),
    unresolvedTags: cutTags(unresolved, Math.max(0, sorted.length - TAGS_MAX)),
  };
}

/** As many tags as a finding keeps. The last one says how many more there are at least, including `leftOut`, since a row that was cut had more. */
export function cutTags(tags: readonly string[], leftOut = 0): string[] {
  if (leftOut === 0 && tags.length <= TAGS_MAX) return [...tags];
  const told = tags.slice(0, TAGS_MAX - 1);
  return [...told, unresolvedSays.leftOut(leftOut + tags.length - told.length)];
}

const directRef = (
  { ref, note }: Meaning & { kind: 'ref' },
  native: string,
  { source, origin }: TagSource,
): DirectRef => ({
  ref,
  native: oneLine(native, NATIVE_CHARS_MAX),
  source: note === undefined ? source : `${source}; ${note}`,
  origin,
});

const followed = (tag: string, reason: string | undefined): string =>
  reason === undefined ? tag : unresolvedSays.reason(tag, reason);

/** The code of a warning that is not a flaw of the file. */
export const NEWER_VERSION = 'tags_of_newer_version';

/** The warning if the file's tool is newer than our tag table and may have renumbered its tags; undefined otherwise. */
export const newerThan = ({ tool, version, covers }: TagTable, stated: string): string | undefined =>
  covers(stated) ? undefined : scanSays.newerVersion(tool, stated, version);

/** The refs that the tags of a file name unambiguously. */
export const recordedRefs = (tags: Iterable<unknown>, source: string, { meaningOf }: Frameworks): TagRefs =>
  refsOfTags(tags, { source, origin: 'file' }, meaningOf);
