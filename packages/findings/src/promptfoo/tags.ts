import type { Frameworks } from '@evidence/frameworks';
import { recordedRef, refsOfTags, type TagRefs } from '../refs-of-tags.js';
import pluginTags from './plugin-tags.json' with { type: 'json' };

const PLUGINS: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(pluginTags.plugins));
const SOURCE = {
  source: `tags of the plugin in promptfoo ${pluginTags.toolVersion}; the file has none`,
  origin: 'tool_table',
} as const;

/**
 * promptfoo's spellings that no framework has itself: paragraphs and themes behind an article or annex of the AI Act, NIST's
 * subcategories, and OWASP numbers without their edition, which is that of 2025 (promptfoo 0.123.1, checked in November 2026).
 */
const SPELLINGS: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/^owasp:llm:(\d\d)$/, 'LLM$1:2025'],
  [/^owasp:agentic:(asi\d\d)$/, '$1'],
  [/^eu:ai-act:art(\d+)(?::.*)?$/, 'Article $1'],
  [/^eu:ai-act:annex3(?::.*)?$/, 'Annex III'],
  [/^nist:ai:measure:([\d.]+)$/, 'MS-$1'],
  [/^owasp:llm:(\d\d)$/, 'LLM$1:2025'],
];

/** What a red-team plugin tests, by the tags that promptfoo itself gives it; results files have no tags. Nothing for an unknown plugin. */
export function refsOfPlugin(plugin: string, frameworks: Frameworks): TagRefs {
  return refsOfTags(PLUGINS.get(plugin) ?? [], SOURCE, (tag) => {
    const spelling = SPELLINGS.find(([pattern]) => pattern.test(tag));
    return spelling && recordedRef(tag.replace(...spelling), frameworks);
  });
}
