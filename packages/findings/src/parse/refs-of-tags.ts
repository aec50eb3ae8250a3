import type { DirectRef, RefOrigin } from '@evidence/contracts';
import { byCodeUnits, type Frameworks, type Meaning, type TagTable } from '@evidence/frameworks';
import { NATIVE_CHARS_MAX, TAG_CHARS_MAX, TAGS_LOOKED_AT_MAX, TAGS_MAX } from '../limits.js';
import { textOf } from './json/values.js';
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
 * Reads a scanner's tags: one ref for each control that `meaningOf` finds, and the tags for which it finds none, with the reason; both
 * sorted, each once, at most 64. Tags that are no text are nothing. Looks at the first 1,000; what is left out for either limit is counted
 * in the last entry of `unresolvedTags`.
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

/** The same, of tags whose meaning is known already, all of which are looked at; `leftOut` further ones were not. */
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

/** The tags of several things together, sorted, each once; as many as one finding keeps. */
export function unitedTags(all: readonly TagRefs[]): TagRefs {
  const refs = new Map(all.flatMap((each) => each.refs.map((ref) => [ref.ref, ref] as const)));
  const sorted = [...refs.values()].sort((a, b) => byCodeUnits(a.ref, b.ref));
  const unresolved = [...new Set(all.flatMap(({ unresolvedTags }) => unresolvedTags))].sort(byCodeUnits);
  return {
    refs: sorted.slice(0, TAGS_MAX),
    unresolvedTags: cutTags(unresolved, Math.max(0, sorted.length - TAGS_MAX)),
  };
}

/** As many as a finding keeps; the last of them says how many more there are at least, `leftOut` among them: a row that was cut had others. */
export function cutTags(tags: readonly string[], leftOut = 0): string[] {
  if (leftOut === 0 && tags.length <= TAGS_MAX) return [...tags];
  const told = tags.slice(0, TAGS_MAX - 1);
  return [...told, `(left out: at least ${leftOut + tags.length - told.length} further tags)`];
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
  reason === undefined ? tag : `${tag} (${reason})`;

/** A warning that is no flaw of the file. */
export const NEWER_VERSION = 'tags_of_newer_version';

/** The warning for a file of a tool that may have renumbered its tags since our table was made. Undefined: none. */
export const newerThan = ({ tool, version, covers }: TagTable, stated: string): string | undefined =>
  covers(stated)
    ? undefined
    : `The file is from ${tool} ${stated}. Its tags were read with the table of ${version}, the newest one in this release. Check the controls it names.`;

/** The refs that the tags of a file name beyond doubt. */
export const recordedRefs = (tags: Iterable<unknown>, source: string, { meaningOf }: Frameworks): TagRefs =>
  refsOfTags(tags, { source, origin: 'file' }, meaningOf);
