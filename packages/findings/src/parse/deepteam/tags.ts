import type { Frameworks } from '@evidence/frameworks';
import { tagsFrom } from '../../sentences/findings.js';
import { refsOfTags, type TagRefs } from '../refs-of-tags.js';

/**
 * A run for one of DeepTeam's frameworks names the framework's category as the risk category (`LLM_07`). Other runs name a topic (`Data
 * Privacy`); then the OWASP categories in which DeepTeam tests the vulnerability count. A user's own vulnerability has none.
 */
export function refsOfTestCase(category: string, probe: string, frameworks: Frameworks): TagRefs {
  const { tagsOf, meaningOf, version } = frameworks.tagTable('deepteam');
  const stated = tagsOf(category);
  if (stated) {
    const source = tagsFrom.deepTeamCategory(version);
    return refsOfTags(stated, { source, origin: 'file' }, meaningOf);
  }
  const source = tagsFrom.deepTeamTable(version);
  return refsOfTags(tagsOf(probe) ?? [], { source, origin: 'tool_table' }, meaningOf);
}
