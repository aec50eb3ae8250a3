import type { Frameworks, Meaning } from '@evidence/frameworks';
import { NAME_CHARS_MAX, TAGS_LOOKED_AT_MAX } from '../../limits.js';
import { isObject, type JsonObject, textOf } from '../json/values.js';
import { refsOfMeanings, type TagRefs } from '../refs-of-tags.js';
import { oneLine } from '../text.js';

/** An id as the file has it. JSON. */
export interface StatedTag {
  readonly text: string;
  /** The taxonomy, or the member of a property bag, in which it stands. */
  readonly within?: string;
  /** Of the taxonomy. */
  readonly version?: string;
  /** It stands for so many further tags, which were not looked at. */
  readonly leftOut?: number;
}

/** Members that hold ids of frameworks, as scanners call them. */
const FRAMEWORK_MEMBER =
  /owasp|mitre|atlas(?!s)|cwe|capec|(?<![a-z])nist|42001|27001|taxonom|framework|compliance|regulation|(?:^|[^a-z])asi(?![a-z])|eu[ _-]?ai|ai[ _-]?act/i;
/** Within such a member: what is the id, and not its name, its title or its address. */
const ID_MEMBER = /^(?:ids?|refs?|codes?|tags?|controls?|categor(?:y|ies)|techniques?|values?)$/i;
/** Behind the name of a framework in the name of a member: `cwe_id`. */
const ID_SUFFIX = /[ _-]?(?:ids?|refs?|codes?|tags?|controls?|categor(?:y|ies)|techniques?)$/i;
/** What looks like the id of a framework, whatever its member is called. */
const LOOKS_LIKE_ID = /^(?:OWASP[-_/: ]?)?(?:LLM[-_]?\d\d|ASI[-_]?\d\d|AML[._]TA?\d{4}|CWE-\d{1,5})\b/i;
/** Ids that say themselves whose they are, whatever somebody calls the taxonomy around them. */
const SELF_NAMED = /^(?:OWASP[-_/: ]|AML\.|ASI-?\d\d|LLM\d\d:\d{4}\b|CWE-\d)/i;

/** Of members within one another; what lies deeper is counted. */
const DEPTH_MAX = 8;

/** `tags` of a property bag (SARIF 2.1.0 §3.8.2), and the ids that tools put into members of their own. */
export function statedTags(properties: JsonObject): StatedTag[] {
  const { tags, ...members } = properties;
  const own = Array.isArray(tags) ? tags.flatMap((tag) => textsOf(tag)) : [];
  return atMost([...own.map((text) => ({ text })), ...idsIn(members)]);
}

/** As many as are looked at, and one that stands for the others. */
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

/** In a member that is not named after a framework: what looks like an id, and members within that are. */
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

/** Texts and numbers, alone or in a list; an address is no id. */
function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  const text = typeof value === 'number' ? String(value) : textOf(value);
  return text === undefined || /^https?:/i.test(text)
    ? []
    : [oneLine(text, NAME_CHARS_MAX)].filter((each) => each !== '');
}

const nameOf = (member: string): string => oneLine(member.replace(ID_SUFFIX, '') || member, NAME_CHARS_MAX);

/**
 * What the tags mean. An id stands for what it means within its taxonomy or member, in the edition that those name; alone only when it
 * says itself whose it is, as `A.6.2.2` is of ISO 27001 too, and an `Article 15` of many laws.
 */
export const refsOf = (tags: readonly StatedTag[], frameworks: Frameworks): TagRefs =>
  refsOfMeanings(
    tags
      .filter(({ leftOut }) => leftOut === undefined)
      .map((tag) => [labelOf(tag), meaningOf(tag, frameworks)] as const),
    { source: 'tags, properties and taxa in the SARIF file', origin: 'file' },
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
