import type { Frameworks } from '@evidence/frameworks';
import { tagsFrom } from '../../sentences/findings.js';
import { isObject } from '../json/values.js';
import { recordedRefs, type TagRefs } from '../refs-of-tags.js';

/** Names of metadata members that hold ids of a framework: `owasp_llm`, `mitre-atlas`. */
const NAMES = /owasp|atlas|mitre|nist|iso[-_ ]?42|ai[-_ ]?act|cwe/i;

/** The tags of the task, and the values of metadata members, of the task or the sample, that are named after a framework. */
export function refsOfSample(taskTags: unknown, metadata: readonly unknown[], frameworks: Frameworks): TagRefs {
  const members = metadata.filter(isObject).flatMap((one) => Object.entries(one));
  const named = members.filter(([name]) => NAMES.test(name)).flatMap(([, value]) => value);
  const tags = [...(Array.isArray(taskTags) ? taskTags : []), ...named];
  return recordedRefs(tags, tagsFrom.inspect, frameworks);
}
