import type { Frameworks, Meaning } from '@evidence/frameworks';
import { NAME_CHARS_MAX, TAGS_LOOKED_AT_MAX } from '../../limits.js';
import { tagsFrom } from '../../sentences/findings.js';
import { isObject, type JsonObject, textOf } from '../json/values.js';
import { refsOfMeanings, type TagRefs } from '../refs-of-tags.js';
import { oneLine } from '../text.js';

/** An id as written in the file. JSON. */
export interface StatedTag {
  readonly text: string;
  /** The taxonomy, or the member of a property bag, that contains it. */
  readonly within?: string;
  /** The version of the taxonomy. */
  readonly version?: string;
  /** How many further tags it stands for, which were not read. */
  readonly leftOut?: number;
}

/** Names that scanners give to members with ids of frameworks. */
const FRAMEWORK_MEMBER =
  /owasp|mitre|atlas(?!s)|cwe|capec|(?<![a-z])nist|42001|27001|taxonom|framework|compliance|regulation|(?:^|[^a-z])asi(?![a-z])|eu[ _-]?ai|ai[ _-]?act/i;
/** Within such a member: the members that are ids, and not names, titles or addresses. */
const ID_MEMBER = /^(?:ids?|refs?|codes?|tags?|controls?|categor(?:y|ies)|techniques?|values?)$/i;
/** After the name of a framework in the name of a member: `cwe_id`. */
const ID_SUFFIX = /[ _-]?(?:ids?|refs?|codes?|tags?|controls?|categor(?:y|ies)|techniques?)$/i;
/** Values that look like the id of a framework in a member of any name. */
const LOOKS_LIKE_ID = /^(?:OWASP[-_/: ]?)?(?:LLM[-_]?\d\d|ASI[-_]?\d\d|AML[._]TA?\d{4}|CWE-\d{1,5})\b/i;
/** Ids that name their framework themselves, even if the taxonomy around them has another name. */
const SELF_NAMED = /^(?:OWASP[-_/: ]|AML\.|ASI-?\d\d|LLM\d\d:\d{4}\b|CWE-\d)/i;

/** Nesting of members. Deeper ones are only counted. */
const DEPTH_MAX = 8;

/** `tags` of a property bag (SARIF 2.1.0 §3.8.2), and the ids in a tool's own members. */
export function statedTags(properties: JsonObject): StatedTag[] {
  const { tags, ...members } = properties;
  const own = Array.isArray(tags) ? tags.flatMap((tag) => textsOf(tag)) : [];
  return atMost([...own.map((text) => ({ text })), ...idsIn(members)]);
}

/** As many as are read, and one that stands for the others. */
function atMost(tags: readonly StatedTag[]): StatedTag[] {
  const leftOut = tags.length - TAGS_LOOKED_AT_MAX;
  if (leftOut <= 0) return [...tags];
  return [...tags.slice(0, TAGS_LOOKED_AT_MAX), { text: '', leftOut }];
}

function idsIn(members: JsonObject, depth = 1): StatedTag[] {
  return Object.entries(members).flatMap(([name, value]) =>
    FRAMEWORK_MEMBER.test(name) ? valuesOf(value, nameOf(name), depth) : idsBelow(value, depth),
  );
}

/** In a member that is not named after a framework: values that look like ids, and nested members that are named after one. */
function idsBelow(value: unknown, depth: number): StatedTag[] {
  if (Array.isArray(value)) return value.flatMap((item) => idsBelow(item, depth));
  if (isObject(value)) return depth < DEPTH_MAX ? idsIn(value, depth + 1) : [];
  return textsOf(value)
    .filter((text) => LOOKS_LIKE_ID.test(text))
    .map((text) => ({ text }));
}

function valuesOf(value: unknown, within: string, depth: number): StatedTag[] {
  if (depth > DEPTH_MAX) return [{ text: '', leftOut: 1 }];
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(item, within, depth + 1));
  if (!isObject(value)) return textsOf(value).map((text) => ({ text, within }));
  return Object.entries(value).flatMap(([name, member]) => {
    if (FRAMEWORK_MEMBER.test(name)) return valuesOf(member, nameOf(name), depth + 1);
    return ID_MEMBER.test(name) ? valuesOf(member, within, depth + 1) : [];
  });
}

/** Texts and numbers, alone or in a list, without addresses. */
function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  const text = typeof value === 'number' ? String(value) : textOf(value);
  return text === undefined || /^https?:/i.test(text)
    ? []
    : [oneLine(text, NAME_CHARS_MAX)].filter((each) => each !== '');
}

const nameOf = (member: string): string => oneLine(member.replace(ID_SUFFIX, '') || member, NAME_CHARS_MAX);

/**
 * What the tags mean. An id has its meaning within its taxonomy or member, in the edition that those name. Without them it counts only if it
 * names its framework itself, because ISO 27001 also has an `A.6.2.2`, and many laws have an `Article 15`.
 */
export const refsOf = (tags: readonly StatedTag[], frameworks: Frameworks): TagRefs =>
  refsOfMeanings(
    tags
      .filter(({ leftOut }) => leftOut === undefined)
      .map((tag) => [labelOf(tag), meaningOf(tag, frameworks)] as const),
    { source: tagsFrom.sarif, origin: 'file' },
    tags.reduce((sum, { leftOut = 0 }) => sum + leftOut, 0),
  );

function meaningOf({ text, within, version }: StatedTag, frameworks: Frameworks): Meaning {
  if (within === undefined) return frameworks.meaningOf(text);
  const spellings = [...(version === undefined ? [] : [`${within} ${version} ${text}`]), `${within} ${text}`];
  const meanings = [...spellings, ...(SELF_NAMED.test(text) ? [text] : [])].map((each) => frameworks.meaningOf(each));
  return (
    meanings.find(({ kind }) => kind === 'ref') ??
    meanings.find((meaning) => 'reason' in meaning && meaning.reason !== undefined) ?? { kind: 'none' }
  );
}

/** `CWE-79`, `GDPR Article 15`. */
function labelOf({ text, within }: StatedTag): string {
  if (within === undefined || SELF_NAMED.test(text)) return text;
  if (text.toLowerCase().startsWith(`${within.toLowerCase()}-`)) return text;
  return /^\d/.test(text) ? `${/^cwe$/i.test(within) ? 'CWE' : within}-${text}` : `${within} ${text}`;
}
