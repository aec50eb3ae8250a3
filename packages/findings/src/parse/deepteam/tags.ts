import type { Frameworks } from '@evidence/frameworks';
import { refsOfTags, type TagRefs } from '../refs-of-tags.js';

/**
 * A run for one of DeepTeam's frameworks names the framework's category as the risk category (`LLM_07`). Other runs name a topic (`Data
 * Privacy`); then the categories of OWASP's lists count in which DeepTeam tests the vulnerability. None for one of the user's own.
 */
export function refsOfTestCase(category: string, probe: string, frameworks: Frameworks): TagRefs {
  const { tagsOf, meaningOf, version } = frameworks.tagTable('deepteam');
  const stated = tagsOf(category);
  if (stated) {
    const source = `risk category in the file, in the words of DeepTeam ${version}`;
    return refsOfTags(stated, { source, origin: 'file' }, meaningOf);
  }
  const source = `frameworks of the vulnerability in DeepTeam ${version}; the file names none`;
  return refsOfTags(tagsOf(probe) ?? [], { source, origin: 'tool_table' }, meaningOf);
}
